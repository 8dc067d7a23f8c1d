//! A part of a file that knows where in the file each of its bytes stands.

/// A part of a file, such as what is in a fenced block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) text: String,
    /// From this byte of the text on it is the file from that byte on.
    map: Vec<(usize, usize)>,
}

impl Chunk {
    /// A piece of the file as it stands there.
    pub(super) fn new(text: &str, at: usize) -> Self {
        Self { text: text.into(), map: vec![(0, at)] }
    }

    /// Goes on with a text that stands there in the file.
    pub(super) fn push(&mut self, text: &str, at: usize) {
        self.map.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// Where in the file this byte of the text stands.
    pub(super) fn at(&self, offset: usize) -> usize {
        let piece = self.map.iter().rev().find(|&&(from, _)| from <= offset);
        piece.map_or(0, |&(from, at)| at + offset - from)
    }

    /// Where the text begins.
    pub(super) fn start(&self) -> usize {
        self.at(0)
    }

    /// The value of a string that is written here between these bytes.
    pub(super) fn value(&self, value: &str, from: usize, to: usize) -> Self {
        let mut chunk = Self::default();
        match self.text.get(from..to).and_then(|raw| raw.find(value)) {
            Some(shift) => {
                let mut offset = from + shift;
                for line in value.split_inclusive('\n') {
                    chunk.push(line, self.at(offset));
                    offset += line.len();
                }
            }
            // With escapes in it: its beginning must do.
            None => chunk.push(value, self.at(from)),
        }
        if chunk.map.is_empty() {
            chunk.map.push((0, self.at(from)));
        }
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_in_the_file_through_indentation_and_quotes() {
        // In the file: "  a = 'xy'\n  b = 1\n" at 100, without its indentation.
        let mut chunk = Chunk::default();
        chunk.push("a = 'xy'\n", 102);
        chunk.push("b = 1\n", 113);
        assert_eq!((chunk.at(5), chunk.at(9), chunk.at(13)), (107, 113, 117));
        let value = chunk.value("xy", 4, 8);
        assert_eq!((value.start(), value.at(1)), (107, 108));
        assert_eq!(chunk.value("with \" escape", 4, 8).start(), 106);
    }
}
