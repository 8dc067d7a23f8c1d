//! The command line of redis-cli.

use engine::time::Span;

use super::format::Style;
use crate::shell::seconds_to_us;

/// What the options say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// `-c`: follow redirections.
    pub(crate) cluster: bool,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) no_auth_warning: bool,
    /// `-n`
    pub(crate) db: i64,
    /// `-r`; negative for ever.
    pub(crate) repeat: i64,
    /// `-i`
    pub(crate) interval: Span,
    /// `--raw`, `--no-raw`; none: as the output is.
    pub(crate) style: Option<Style>,
    /// `-e`: an error reply is a failure.
    pub(crate) error_status: bool,
    /// `-3`
    pub(crate) resp3: bool,
    /// `--cluster`: the subcommand with its arguments and options.
    pub(crate) manager: Option<Manager>,
}

/// What `--cluster` was given.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Manager {
    /// The subcommand.
    pub(crate) name: String,
    /// Its arguments, up to the first option.
    pub(crate) args: Vec<String>,
    /// `--cluster-replicas`
    pub(crate) replicas: usize,
    /// `--cluster-yes`
    pub(crate) yes: bool,
    /// `--cluster-only-masters`
    pub(crate) only_masters: bool,
    /// `--cluster-only-replicas`
    pub(crate) only_replicas: bool,
    /// `--cluster-from`
    pub(crate) from: Option<String>,
    /// `--cluster-from-user`
    pub(crate) from_user: Option<String>,
    /// `--cluster-from-pass`
    pub(crate) from_password: Option<String>,
    /// `--cluster-from-askpass`
    pub(crate) ask_password: bool,
    /// `--cluster-copy`
    pub(crate) copy: bool,
    /// `--cluster-to`
    pub(crate) to: Option<String>,
    /// `--cluster-slots`
    pub(crate) slots: Option<usize>,
    /// `--cluster-timeout`, milliseconds.
    pub(crate) timeout_ms: Option<u64>,
    /// `--cluster-pipeline`, keys.
    pub(crate) pipeline: Option<u64>,
    /// `--cluster-replace`
    pub(crate) replace: bool,
    /// `--cluster-weight`: `NODE=WEIGHT` each.
    pub(crate) weights: Vec<String>,
    /// `--cluster-use-empty-masters`
    pub(crate) use_empty_masters: bool,
    /// `--cluster-simulate`
    pub(crate) simulate: bool,
    /// `--cluster-threshold`, percent.
    pub(crate) threshold: Option<f64>,
    /// `--cluster-slave`
    pub(crate) replica: bool,
    /// `--cluster-master-id`
    pub(crate) master_id: Option<String>,
    /// `--cluster-fix-with-unreachable-masters`
    pub(crate) fix_with_unreachable: bool,
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    /// To run, with the words of a command (none: interactive).
    Run(Box<Options>, Vec<String>),
    Version,
    Help,
    /// The line is wrong: what to say about it.
    Wrong(String),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 6379,
            cluster: false,
            user: None,
            password: None,
            no_auth_warning: false,
            db: 0,
            repeat: 1,
            interval: Span(0),
            style: None,
            error_status: false,
            resp3: false,
            manager: None,
        }
    }
}

/// Reads the command line.
pub(crate) fn parse(args: &[String]) -> Request {
    let mut options = Options::default();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let value = args.get(at + 1);
        match take(&mut options, arg, value) {
            Taken::Flag => at += 1,
            Taken::WithValue => at += 2,
            Taken::Manager => {
                let Some(name) = value else { return Request::Help };
                let rest = &args[at + 2..];
                let count = rest.iter().take_while(|it| !it.starts_with('-')).count();
                let manager = options.manager.get_or_insert_default();
                manager.name.clone_from(name);
                manager.args = rest[..count].to_vec();
                at += 2 + count;
            }
            Taken::Weights => {
                let rest = &args[at + 1..];
                let count = rest.iter().take_while(|it| !it.starts_with('-')).count();
                let manager = options.manager.get_or_insert_default();
                manager.weights.extend_from_slice(&rest[..count]);
                at += 1 + count;
            }
            Taken::Done(request) => return request,
            Taken::Word => break,
        }
    }
    Request::Run(Box::new(options), args[at..].to_vec())
}

enum Taken {
    Flag,
    WithValue,
    Manager,
    Weights,
    Word,
    Done(Request),
}

/// Takes one option in.
fn take(options: &mut Options, arg: &str, value: Option<&String>) -> Taken {
    if take_flag(options, arg) {
        return Taken::Flag;
    }
    if arg == "--cluster-weight" && value.is_some() {
        return Taken::Weights;
    }
    if let (Some(name), Some(value)) = (arg.strip_prefix("--cluster-"), value)
        && take_manager_value(options.manager.get_or_insert_default(), name, value)
    {
        return Taken::WithValue;
    }
    match (arg, value) {
        ("--help", _) | ("-h" | "--cluster", None) => return Taken::Done(Request::Help),
        ("-v" | "--version", _) => return Taken::Done(Request::Version),
        ("--cluster", Some(_)) => return Taken::Manager,
        ("-h", Some(value)) => options.host.clone_from(value),
        ("-p", Some(value)) => match u16::try_from(leading_number(value)) {
            Ok(port) => options.port = port,
            Err(_) => return Taken::Done(Request::Wrong("Invalid server port.\n".into())),
        },
        ("-a" | "--pass", Some(value)) => options.password = Some(value.clone()),
        ("--user", Some(value)) => options.user = Some(value.clone()),
        ("-n", Some(value)) => options.db = leading_number(value),
        ("-r", Some(value)) => options.repeat = leading_number(value),
        ("-i", Some(value)) => options.interval = Span(seconds_to_us(value).unwrap_or(0)),
        _ if arg.starts_with('-') => {
            let text = format!("Unrecognized option or bad number of args for: '{arg}'\n");
            return Taken::Done(Request::Wrong(text));
        }
        _ => return Taken::Word,
    }
    Taken::WithValue
}

/// Takes an option of `--cluster` with its value in.
fn take_manager_value(manager: &mut Manager, name: &str, value: &str) -> bool {
    let number = || u64::try_from(leading_number(value)).unwrap_or(0);
    match name {
        "replicas" => manager.replicas = number() as usize,
        "from" => manager.from = Some(value.into()),
        "from-user" => manager.from_user = Some(value.into()),
        "from-pass" => manager.from_password = Some(value.into()),
        "to" => manager.to = Some(value.into()),
        "slots" => manager.slots = Some(number() as usize),
        "timeout" => manager.timeout_ms = Some(number()),
        "pipeline" => manager.pipeline = Some(number()),
        "threshold" => manager.threshold = value.parse().ok(),
        "master-id" => manager.master_id = Some(value.into()),
        _ => return false,
    }
    true
}

fn take_flag(options: &mut Options, arg: &str) -> bool {
    match arg {
        "-c" => options.cluster = true,
        "-e" => options.error_status = true,
        "-2" => options.resp3 = false,
        "-3" => options.resp3 = true,
        "--raw" => options.style = Some(Style::Raw),
        "--no-raw" => options.style = Some(Style::Terminal),
        "--no-auth-warning" => options.no_auth_warning = true,
        _ => {
            let name = arg.strip_prefix("--cluster-");
            return name.is_some_and(|name| take_manager_flag(options, name));
        }
    }
    true
}

fn take_manager_flag(options: &mut Options, name: &str) -> bool {
    let manager = options.manager.get_or_insert_default();
    let flag = match name {
        "yes" => &mut manager.yes,
        "only-masters" => &mut manager.only_masters,
        "only-replicas" => &mut manager.only_replicas,
        "copy" => &mut manager.copy,
        "from-askpass" => &mut manager.ask_password,
        "replace" => &mut manager.replace,
        "use-empty-masters" => &mut manager.use_empty_masters,
        "simulate" => &mut manager.simulate,
        "slave" => &mut manager.replica,
        "fix-with-unreachable-masters" => &mut manager.fix_with_unreachable,
        _ => return false,
    };
    *flag = true;
    true
}

/// The number at the start of a text, as atoi reads it.
pub(crate) fn leading_number(text: &str) -> i64 {
    let digits_from = usize::from(text.starts_with('-'));
    let end = text[digits_from..].find(|it: char| !it.is_ascii_digit());
    text[..end.map_or(text.len(), |end| digits_from + end)].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Request {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn run(line: &str) -> (Options, Vec<String>) {
        match parsed(line) {
            Request::Run(options, words) => (*options, words),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_end_at_the_first_word() {
        let (options, words) = run("-a redis -h 192.168.0.6 -p 7000 -c SET -n x");
        assert_eq!(options.host, "192.168.0.6");
        assert_eq!((options.port, options.cluster), (7000, true));
        assert_eq!(options.password.as_deref(), Some("redis"));
        assert_eq!(words, ["SET", "-n", "x"]);
    }

    #[test]
    fn the_cluster_manager_takes_words_up_to_its_options() {
        let (options, _) = run("-a x --cluster create a:1 b:2 --cluster-replicas 1 --cluster-yes");
        let manager = options.manager.unwrap();
        assert_eq!((manager.name.as_str(), manager.args.len()), ("create", 2));
        assert_eq!((manager.replicas, manager.yes), (1, true));
    }

    #[test]
    fn mistakes_are_answered_as_redis_cli_does() {
        let wrong = |line| match parsed(line) {
            Request::Wrong(text) => text,
            other => panic!("{other:?}"),
        };
        let text = "Unrecognized option or bad number of args for: '--foo'\n";
        assert_eq!(wrong("--foo"), text);
        assert_eq!(wrong("-p 70000"), "Invalid server port.\n");
        assert_eq!(parsed("--version"), Request::Version);
        assert_eq!(parsed("-h"), Request::Help);
        assert_eq!(leading_number("-12x"), -12);
    }
}
