//! An object of lopdf as the bytes of a file (ISO 32000-1, 7.3).

use std::io::{Result, Write};

use lopdf::{Dictionary, Object};

/// Writes an object, streams excepted: those stand in the file by themselves.
pub(crate) fn write(out: &mut Vec<u8>, object: &Object) -> Result<()> {
    match object {
        Object::Null | Object::Stream(_) => write!(out, "null"),
        Object::Boolean(value) => write!(out, "{value}"),
        Object::Integer(value) => write!(out, "{value}"),
        Object::Real(value) => write!(out, "{value}"),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, _) => write_string(out, bytes),
        Object::Reference((id, generation)) => write!(out, "{id} {generation} R"),
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(out, item)?;
            }
            out.push(b']');
            Ok(())
        }
    }
}

/// Writes a dictionary in the order in which it was filled.
pub(crate) fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) -> Result<()> {
    write!(out, "<<")?;
    for (key, value) in dictionary {
        write_name(out, key)?;
        out.push(b' ');
        write(out, value)?;
    }
    write!(out, ">>")
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) -> Result<()> {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"+-_.".contains(byte) {
            out.push(*byte);
        } else {
            write!(out, "#{byte:02X}")?;
        }
    }
    Ok(())
}

/// Plain text in parentheses, everything else in hexadecimal digits.
pub(crate) fn write_string(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    let plain = |byte: &u8| (b' '..=b'~').contains(byte) && !b"()\\".contains(byte);
    if bytes.iter().all(plain) {
        out.push(b'(');
        out.extend_from_slice(bytes);
        out.push(b')');
        return Ok(());
    }
    out.push(b'<');
    for byte in bytes {
        write!(out, "{byte:02X}")?;
    }
    out.push(b'>');
    Ok(())
}

/// A text string: UTF-16 with its mark, big-endian, or plain letters where those do.
pub(crate) fn text(text: &str) -> Object {
    let bytes = if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        text.as_bytes().to_vec()
    } else {
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
    };
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}
