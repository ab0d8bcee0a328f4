//! Signs policy packs: writes `PACK.json.sig` beside each pack and prints the public key.
//!
//! `cargo run -p booqing-retention --example sign_pack -- KEYFILE PACK.json...`
//!
//! The key file holds the 32 bytes of an Ed25519 private key and nothing else. It stays outside
//! the repository; see `assets/retention/README.md`.
#![forbid(unsafe_code)]

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use ed25519_dalek::{Signer, SigningKey};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let done = match arguments.split_first() {
        Some((key_file, packs)) if !packs.is_empty() => sign(Path::new(key_file), packs),
        _ => Err("give a key file and at least one pack: sign_pack KEYFILE PACK.json...".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nothing is left to try when standard error is closed as well.
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

fn sign(key_file: &Path, packs: &[OsString]) -> Result<(), Box<dyn Error>> {
    let secret = fs::read(key_file)
        .map_err(|problem| format!("cannot read {}: {problem}", key_file.display()))?;
    let secret: [u8; 32] = secret
        .try_into()
        .map_err(|_| format!("{} does not hold exactly 32 bytes", key_file.display()))?;
    let key = SigningKey::from_bytes(&secret);
    let mut out = io::stdout().lock();
    for pack in packs {
        let bytes = fs::read(pack)
            .map_err(|problem| format!("cannot read {}: {problem}", pack.display()))?;
        let mut file = pack.clone();
        file.push(".sig");
        fs::write(&file, hex(&key.sign(&bytes).to_bytes()) + "\n")
            .map_err(|problem| format!("cannot write {}: {problem}", file.display()))?;
        writeln!(out, "signed {}", pack.display())?;
    }
    let public: Vec<String> =
        key.verifying_key().to_bytes().iter().map(|byte| format!("0x{byte:02x}")).collect();
    writeln!(out, "public key: [{}]", public.join(", "))?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
