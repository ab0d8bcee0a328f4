//! Between values and bytes.

use minicbor::{Decode, Encode};
use thiserror::Error;

/// Why bytes are not a message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FramingError {
    /// They are not what is expected.
    #[error("not a message of this protocol: {0}")]
    Malformed(String),
    /// Something stands behind the message.
    #[error("{0} bytes too many behind the message")]
    Trailing(usize),
    /// There are more than allowed.
    #[error("{bytes} bytes, {limit} are allowed")]
    TooLarge {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

/// The bytes of a value.
///
/// # Errors
/// [`FramingError::Malformed`] when it cannot be written, which does not happen for the types here.
pub fn encode<T: Encode<()>>(value: &T) -> Result<Vec<u8>, FramingError> {
    // What is secret is short, and not left behind in smaller pieces on the way.
    let mut bytes = Vec::with_capacity(1024);
    minicbor::encode(value, &mut bytes)
        .map_err(|error| FramingError::Malformed(error.to_string()))?;
    Ok(bytes)
}

/// The value of bytes: all of them.
///
/// # Errors
/// [`FramingError`].
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, FramingError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|error| FramingError::Malformed(error.to_string()))?;
    match bytes.len() - decoder.position() {
        0 => Ok(value),
        trailing => Err(FramingError::Trailing(trailing)),
    }
}
