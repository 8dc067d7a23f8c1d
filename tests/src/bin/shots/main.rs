//! Screenshots of the page, for people to look at: moments of a failover, and every view in every
//! size, theme and language.

mod complaints;
mod moments;
mod sheet;
mod views;

use std::fs;
use std::path::PathBuf;

use failover_tests::browser::Result;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "target/shots".to_owned()));
    fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    match args.next().as_deref() {
        None => moments::take(&folder)?,
        Some("views") => views::take(&folder, &args.next().unwrap_or_default())?,
        Some(other) => return Err(format!("there are no `{other}`, but there are `views`")),
    }
    println!("screenshots are in {}", folder.display());
    Ok(())
}
