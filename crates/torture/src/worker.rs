//! A desk that enters, syncs and writes back until it is killed.
//!
//! What it has saved it says on standard output, one line each: that is the acknowledgement that must
//! hold whatever happens next.

use std::path::PathBuf;

use booqing_model::Id;
use clap::Args;
use serde_json::json;

use crate::desk::Desk;
use crate::{Outcome, print, runtime};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder of the desk
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// What it does follows from this
    #[arg(long)]
    seed: u64,
    /// The first number that was never given
    #[arg(long)]
    first: u64,
}

pub(crate) fn run(options: &Options) -> Outcome {
    let runtime = runtime()?;
    let mut dice = fastrand::Rng::with_seed(options.seed);
    let mut desk = Desk::open(&options.folder)?;
    print(&json!({"opened": true}))?;
    let mut clients: Vec<Id> = desk.clients()?.into_iter().map(|(id, _)| id).collect();
    let mut number = options.first;
    loop {
        match dice.u8(0..10) {
            0..2 => {
                clients.push(desk.enter(&format!("<{number}>"))?);
                print(&json!({"saved": number}))?;
                number += 1;
            }
            2..6 => {
                let Some(client) = dice.choice(&clients) else { continue };
                desk.add_line(*client, &format!("<{number}>"))?;
                print(&json!({"saved": number}))?;
                number += 1;
            }
            // A hub that was killed is back a moment later.
            6..9 => {
                let synced = runtime.block_on(desk.sync());
                print(&json!({"synced": synced.is_ok()}))?;
            }
            _ => {
                desk.cache.checkpoint()?;
                print(&json!({"written_back": true}))?;
            }
        }
    }
}
