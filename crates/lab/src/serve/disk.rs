//! A node's directory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The directory, with nodes.conf locked against other nodes.
#[derive(Debug)]
pub(super) struct Disk {
    dir: PathBuf,
    nodes_conf: String,
    /// Holds the lock for as long as the process lives.
    lock: File,
}

impl Disk {
    /// Locks nodes.conf, which is made when it is not there.
    ///
    /// # Errors
    /// redis-server's complaint.
    pub(super) fn open(dir: &Path, nodes_conf: &str) -> Result<Self, String> {
        let path = dir.join(nodes_conf);
        let file = File::options().create(true).append(true).read(true).open(&path);
        let lock = file.map_err(|error| {
            format!("Can't open {} in order to acquire a lock: {}", path.display(), plain(&error))
        })?;
        lock.try_lock().map_err(|_| {
            format!(
                "Sorry, the cluster configuration file {nodes_conf} is already used by a different \
                 Redis Cluster node. Please make sure that different nodes use different cluster \
                 configuration files."
            )
        })?;
        Ok(Self { dir: dir.into(), nodes_conf: nodes_conf.into(), lock })
    }

    /// The named files that are there and not empty.
    ///
    /// # Errors
    /// A file that is there and can not be read.
    pub(super) fn read(&self, names: &[&str]) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut files = BTreeMap::new();
        for &name in names {
            match fs::read(self.dir.join(name)) {
                Ok(bytes) if bytes.is_empty() => {}
                Ok(bytes) => drop(files.insert(name.to_owned(), bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{name} cannot be read: {}", plain(&error))),
            }
        }
        Ok(files)
    }

    /// Replaces a file in one step, and returns when it is on the disk.
    ///
    /// # Errors
    /// Those of the file system; the old file is still there.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.dir.join(format!("{name}.tmp-{}", std::process::id()));
        let written = self.write_beside(name, bytes, &temporary);
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn write_beside(&mut self, name: &str, bytes: &[u8], temporary: &Path) -> io::Result<()> {
        let mut file = File::create(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if name == self.nodes_conf {
            // The lock is on the file, not on its name.
            file.lock()?;
        }
        fs::rename(temporary, self.dir.join(name))?;
        File::open(&self.dir)?.sync_all()?;
        if name == self.nodes_conf {
            self.lock = file;
        }
        Ok(())
    }

    /// Whether a file is the one without which a node can not go on.
    pub(super) fn is_vital(&self, name: &str) -> bool {
        name == self.nodes_conf
    }
}

/// An error as C programs print it: without the number that Rust adds.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("lab-disk-{}-{name}", std::process::id()));
        fs::create_dir_all(&dir).expect("a temporary folder");
        dir
    }

    #[test]
    fn a_second_node_is_kept_out_even_after_the_file_was_replaced() {
        let dir = folder("lock");
        let mut disk = Disk::open(&dir, "nodes.conf").expect("nobody has it");
        assert!(
            Disk::open(&dir, "nodes.conf").unwrap_err().contains("already used by a different")
        );
        disk.write("nodes.conf", b"vars").expect("there is room");
        assert!(Disk::open(&dir, "nodes.conf").is_err());
        assert_eq!(disk.read(&["nodes.conf", "dump.rdb"]).expect("readable").len(), 1);
        drop(disk);
        assert!(Disk::open(&dir, "nodes.conf").is_ok());
        fs::remove_dir_all(dir).expect("ours");
    }

    #[test]
    fn a_file_that_can_not_be_written_leaves_the_old_one() {
        let dir = folder("fault");
        let mut disk = Disk::open(&dir, "nodes.conf").expect("nobody has it");
        fs::create_dir_all(dir.join("dump.rdb/x")).expect("a folder in the way");
        assert!(disk.write("dump.rdb", b"REDIS").is_err());
        let left: Vec<_> =
            fs::read_dir(&dir).expect("ours").flatten().map(|it| it.file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        fs::remove_dir_all(dir).expect("ours");
    }
}
