//! A lab for real servers, as a tar file.

use scenario::{Lab, take_away};
use tar::{Builder, EntryType, Header};

/// The name of the folder in the file.
const FOLDER: &str = "failover-lab";

/// The folder of [`take_away::folder`], packed.
pub(crate) fn packed(lab: &Lab) -> Vec<u8> {
    let now = (lab.scenario().unix_us_at_zero() + lab.world.now().0) / 1_000_000;
    let mut archive = Builder::new(Vec::new());
    for file in take_away::folder(lab) {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(file.text.len() as u64);
        header.set_mode(if file.executable { 0o755 } else { 0o644 });
        header.set_mtime(now);
        let path = format!("{FOLDER}/{}", file.path);
        let added = archive.append_data(&mut header, path, file.text.as_bytes());
        added.expect("paths are short and memory takes everything");
    }
    archive.into_inner().expect("memory takes everything")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use scenario::Scenario;

    use super::*;

    #[test]
    fn the_folder_is_in_the_file_with_its_program() {
        let scenario = Scenario::built_in("walkthrough").expect("it is built in");
        let bytes = packed(&Lab::open(&scenario, 1));
        let mut archive = tar::Archive::new(bytes.as_slice());
        let mut program = None;
        for entry in archive.entries().expect("it is a tar file") {
            let mut entry = entry.expect("it is whole");
            if entry.path().is_ok_and(|it| it.ends_with("lab.sh")) {
                let mut text = String::new();
                entry.read_to_string(&mut text).expect("it is text");
                program = Some((entry.header().mode().ok(), text));
            }
        }
        let (mode, text) = program.expect("it is there");
        assert_eq!(mode, Some(0o755));
        assert!(text.starts_with("#!/usr/bin/env bash\n"));
    }
}
