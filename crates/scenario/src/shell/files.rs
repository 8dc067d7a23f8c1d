//! Programs that read the files of a host.

use engine::time::Span;
use sim::HostId;

use super::Context;
use super::pattern::Pattern;
use crate::program::Io;

/// How often `tail -f` looks.
const FOLLOW: Span = Span::from_millis(100);

/// The working directory under its own names, as some people type it.
const HOME: [&str; 3] = ["./", "~/", "/var/lib/redis/"];

/// The name on the host's disk.
pub(super) fn file_name(path: &str) -> &str {
    HOME.iter().find_map(|home| path.strip_prefix(home)).unwrap_or(path)
}

/// A file's text.
pub(super) async fn read(io: &Io, path: &str) -> Option<String> {
    let host = io.host();
    let name = file_name(path).to_owned();
    io.world(move |world| {
        world.disk(host).get(&name).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    })
    .await
}

/// Writes a file of this host; false when its disk is full.
pub(super) async fn write(io: &Io, path: String, text: String, append: bool) -> bool {
    let host: HostId = io.host();
    io.world(move |world| {
        if world.disk_full(host) {
            return false;
        }
        let name = file_name(&path);
        let before = world.disk(host).get(name).filter(|_| append);
        let mut bytes = before.map(|it| it.to_vec()).unwrap_or_default();
        bytes.extend(text.into_bytes());
        world.write_file(host, name, bytes);
        true
    })
    .await
}

/// The inputs of a program: its files, or its standard input when none is named. The second value
/// tells whether all could be read; `complain` words the complaint about one that could not.
async fn inputs(
    context: &Context<'_>,
    files: &[String],
    complain: impl Fn(&str) -> String,
) -> (Vec<(String, String)>, bool) {
    let mut texts = Vec::new();
    if files.is_empty() {
        texts.extend(context.stdin.clone().map(|text| (String::new(), text)));
        return (texts, context.stdin.is_some());
    }
    let mut complete = true;
    for file in files {
        match read(context.io, file).await {
            Some(text) => texts.push((file.clone(), text)),
            None => {
                complete = false;
                context.err.print(&complain(file));
            }
        }
    }
    (texts, complete)
}

/// `cat FILE...`
pub(super) async fn cat(context: &Context<'_>, args: &[String]) -> i32 {
    let complain = |file: &str| format!("cat: {file}: No such file or directory\n");
    let (texts, complete) = inputs(context, args, complain).await;
    for (_, text) in texts {
        context.out.print(&text);
    }
    i32::from(!complete)
}

/// `rm FILE...`
pub(super) async fn rm(context: &Context<'_>, args: &[String]) -> i32 {
    let host = context.io.host();
    let mut status = 0;
    for file in args.iter().filter(|it| !it.starts_with('-')) {
        let name = file_name(file).to_owned();
        if !context.io.world(move |world| world.remove_file(host, &name)).await {
            let text = format!("rm: cannot remove '{file}': No such file or directory\n");
            context.err.print(&text);
            status = 1;
        }
    }
    status
}

/// Options of `head` and `tail`: how many lines, from which end, whether to go on, which files.
struct Count {
    lines: usize,
    /// `-n +N`: from line N on.
    from_start: bool,
    follow: bool,
    files: Vec<String>,
}

impl Count {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut count = Self { lines: 10, from_start: false, follow: false, files: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "-f" | "-F" => count.follow = true,
                "-n" | "-fn" | "-nf" => {
                    count.follow |= arg.contains('f');
                    count.number(args.next().map_or("", String::as_str))?;
                }
                _ => match arg.strip_prefix("-n").or_else(|| arg.strip_prefix('-')) {
                    Some(number) if !number.is_empty() => count.number(number)?,
                    _ => count.files.push(arg.clone()),
                },
            }
        }
        Ok(count)
    }

    fn number(&mut self, text: &str) -> Result<(), String> {
        self.from_start = text.starts_with('+');
        let digits = text.trim_start_matches(['+', '-']);
        self.lines = digits.parse().map_err(|_| format!("invalid number of lines: '{text}'"))?;
        Ok(())
    }
}

/// `head [-n N] FILE...`
pub(super) async fn head(context: &Context<'_>, args: &[String]) -> i32 {
    ends(context, "head", args).await
}

/// `tail [-n N] [-f] FILE...`
pub(super) async fn tail(context: &Context<'_>, args: &[String]) -> i32 {
    ends(context, "tail", args).await
}

async fn ends(context: &Context<'_>, program: &str, args: &[String]) -> i32 {
    let count = match Count::parse(args) {
        Ok(count) => count,
        Err(complaint) => {
            context.err.print(&format!("{program}: {complaint}\n"));
            return 1;
        }
    };
    let complain = |file: &str| {
        format!("{program}: cannot open '{file}' for reading: No such file or directory\n")
    };
    let (texts, complete) = inputs(context, &count.files, complain).await;
    let many = texts.len() > 1;
    for (at, (name, text)) in texts.iter().enumerate() {
        if many {
            let gap = if at == 0 { "" } else { "\n" };
            context.out.print(&format!("{gap}==> {name} <==\n"));
        }
        let lines = text.split_inclusive('\n');
        let shown: String = match (program, count.from_start) {
            ("head", _) => lines.take(count.lines).collect(),
            (_, true) => lines.skip(count.lines.saturating_sub(1)).collect(),
            (_, false) => lines.clone().skip(lines.count().saturating_sub(count.lines)).collect(),
        };
        context.out.print(&shown);
    }
    if program == "tail" && count.follow && !count.files.is_empty() && !texts.is_empty() {
        follow(context, texts).await;
    }
    i32::from(!complete)
}

/// Prints what is added to files, until interrupted.
async fn follow(context: &Context<'_>, texts: Vec<(String, String)>) {
    let mut last = texts.len() - 1;
    let many = texts.len() > 1;
    let mut files: Vec<_> =
        texts.into_iter().map(|(name, text)| (name, Seen::default().after(&text))).collect();
    loop {
        context.io.sleep(FOLLOW).await;
        for (at, (name, seen)) in files.iter_mut().enumerate() {
            let Some((length, added)) = news(context.io, name, seen.clone()).await else {
                continue;
            };
            if many && last != at {
                context.out.print(&format!("\n==> {name} <==\n"));
                last = at;
            }
            context.out.print(&added);
            *seen = Seen { length, ..seen.after(&added) };
        }
    }
}

/// What `tail -f` remembers of a file: as little as it needs, since it looks often.
#[derive(Debug, Clone, Default)]
struct Seen {
    length: usize,
    last_line: String,
}

impl Seen {
    /// After more text was seen.
    fn after(&self, text: &str) -> Self {
        let line = text.trim_end().rsplit('\n').next().unwrap_or_default();
        let last_line = if line.is_empty() { self.last_line.clone() } else { line.to_owned() };
        Self { length: self.length + text.len(), last_line }
    }

    /// What is new in a file: its end when it grew, and what follows the last known line when its
    /// beginning was cut off or it was replaced; none when it is as it was.
    fn added<'a>(&self, text: &'a str) -> Option<&'a str> {
        let known = text.get(..self.length).filter(|it| it.trim_end().ends_with(&self.last_line));
        if known.is_some() {
            return Some(&text[self.length..]).filter(|it| !it.is_empty());
        }
        match text.rfind(&self.last_line) {
            Some(at) if !self.last_line.is_empty() => {
                Some(text[at + self.last_line.len()..].trim_start_matches('\n'))
            }
            _ => Some(text),
        }
    }
}

/// A file's new length and what is new in it; none when there is nothing new.
async fn news(io: &Io, path: &str, seen: Seen) -> Option<(usize, String)> {
    let host = io.host();
    let name = file_name(path).to_owned();
    io.world(move |world| {
        let text = String::from_utf8_lossy(world.disk(host).get(&name)?);
        seen.added(&text).map(|added| (text.len(), added.to_owned()))
    })
    .await
}

/// `grep [-ivncEF] PATTERN [FILE...]`
pub(super) async fn grep(context: &Context<'_>, args: &[String]) -> i32 {
    let is_option = |it: &&String| it.len() > 1 && it.starts_with('-');
    let options: Vec<_> = args.iter().take_while(is_option).collect();
    let has = |letter| options.iter().any(|it| it.contains(letter));
    let Some((pattern, files)) = args[options.len()..].split_first() else {
        context.err.print("Usage: grep [OPTION]... PATTERNS [FILE]...\n");
        return 2;
    };
    let pattern = Pattern::new(pattern, has('E'), has('F'), has('i'));
    let complain = |file: &str| format!("grep: {file}: No such file or directory\n");
    let (texts, complete) = inputs(context, files, complain).await;
    let many = texts.len() > 1;
    let mut found = false;
    for (name, text) in &texts {
        let name = if many { format!("{name}:") } else { String::new() };
        let matching = text.lines().enumerate().filter(|(_, it)| pattern.matches(it) != has('v'));
        let matching: Vec<_> = matching.collect();
        found |= !matching.is_empty();
        if has('c') {
            context.out.print(&format!("{name}{}\n", matching.len()));
            continue;
        }
        for (at, line) in matching {
            let number = if has('n') { format!("{}:", at + 1) } else { String::new() };
            context.out.print(&format!("{name}{number}{line}\n"));
        }
    }
    if complete { i32::from(!found) } else { 2 }
}

/// `wc [-l] [FILE...]`
pub(super) async fn wc(context: &Context<'_>, args: &[String]) -> i32 {
    let (options, files): (Vec<_>, Vec<_>) =
        args.iter().cloned().partition(|it| it.starts_with('-'));
    let complain = |file: &str| format!("wc: {file}: No such file or directory\n");
    let (texts, complete) = inputs(context, &files, complain).await;
    let lines_only = options.iter().any(|it| it == "-l");
    for (name, text) in texts {
        let lines = text.matches('\n').count();
        let counts = if lines_only {
            lines.to_string()
        } else {
            let words = text.split_whitespace().count();
            format!("{lines:7} {words:7} {:7}", text.len())
        };
        context.out.print(format!("{counts} {name}").trim_end());
        context.out.print("\n");
    }
    i32::from(!complete)
}

/// `ls [-l] [FILE...]`
pub(super) async fn ls(context: &Context<'_>, args: &[String]) -> i32 {
    let host = context.io.host();
    let all: Vec<(String, usize)> = context
        .io
        .world(move |world| {
            world.disk(host).iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect()
        })
        .await;
    let (options, wanted): (Vec<_>, Vec<_>) = args.iter().partition(|it| it.starts_with('-'));
    let mut status = 0;
    let mut shown = Vec::new();
    for name in &wanted {
        match all.iter().find(|(it, _)| it == file_name(name)) {
            Some(found) => shown.push(found.clone()),
            None => {
                let text = format!("ls: cannot access '{name}': No such file or directory\n");
                context.err.print(&text);
                status = 2;
            }
        }
    }
    if wanted.is_empty() {
        shown = all;
    }
    if options.iter().any(|it| it.contains('l')) {
        for (name, size) in &shown {
            context.out.print(&format!("-rw-r--r-- 1 redis redis {size:7} {name}\n"));
        }
    } else if !shown.is_empty() {
        let names: Vec<_> = shown.into_iter().map(|(name, _)| name).collect();
        let gap = if context.out.is_terminal() { "  " } else { "\n" };
        context.out.print(&format!("{}\n", names.join(gap)));
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(line: &str) -> (usize, bool, bool) {
        let args: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        let count = Count::parse(&args).unwrap();
        (count.lines, count.from_start, count.follow)
    }

    #[test]
    fn tail_takes_its_number_in_every_form() {
        assert_eq!(count("redis.log"), (10, false, false));
        assert_eq!(count("-n 3 redis.log"), (3, false, false));
        assert_eq!(count("-5 redis.log"), (5, false, false));
        assert_eq!(count("-n +2 -f redis.log"), (2, true, true));
        assert_eq!(count("-fn 1 redis.log"), (1, false, true));
        assert!(Count::parse(&["-n".into(), "many".into()]).is_err());
    }

    #[test]
    fn following_survives_a_log_that_was_cut_at_its_beginning() {
        let added = |seen: &str, text| Seen::default().after(seen).added(text);
        assert_eq!(added("a\nb\n", "a\nb\nc\n"), Some("c\n"));
        assert_eq!(added("a\nb\n", "b\nc\n"), Some("c\n"));
        assert_eq!(added("a\n", "x\n"), Some("x\n"));
        assert_eq!(added("a\n", "a\n"), None);
    }
}
