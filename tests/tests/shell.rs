//! The shell of a host, without any server.

use engine::time::Span;
use failover_tests::console::Consoles;
use scenario::{Action, Scenario};
use sim::ProcessKind;

const HOST: &str = "10.0.0.1";

fn consoles() -> Consoles {
    let text = "clock 1765372569\nenv GREETING=hello\nfile notes\n  one\n  two\n  three\n\
                host 10.0.0.1\nhost 10.0.0.2\n";
    let mut consoles = Consoles::new(&Scenario::parse(text).unwrap(), 1);
    consoles.pass(Span::from_millis(1));
    consoles
}

fn says(line: &str) -> String {
    consoles().type_line(HOST, line)
}

#[test]
fn lines_run_in_order_and_by_their_operators() {
    assert_eq!(
        says("echo a; echo \"b  c\" && false || echo $? '$GREETING'"),
        "a\nb  c\n1 $GREETING\n"
    );
    assert_eq!(says("echo $GREETING ${GREETING}s; X=1; echo $X"), "hello hellos\n1\n");
    assert_eq!(says("cat notes | grep -n t | head -1"), "2:two\n");
    assert_eq!(says("echo $(cat notes | wc -l) lines"), "3 lines\n");
    assert_eq!(says("echo kept > new; echo more >> new; cat new; ls"), "kept\nmore\nnew  notes\n");
}

#[test]
fn unknown_programs_and_files_are_refused_as_linux_does() {
    assert_eq!(says("foo bar"), "bash: foo: command not found\n");
    assert_eq!(says("cat nothing"), "cat: nothing: No such file or directory\n");
    assert_eq!(says("kill 99"), "bash: kill: (99) - No such process\n");
    assert_eq!(says("echo \"a"), "bash: unexpected EOF while looking for matching `\"'\n");
}

#[test]
fn sleeping_lets_virtual_time_pass_and_ctrl_c_ends_it() {
    let mut consoles = consoles();
    let began = consoles.now();
    assert_eq!(consoles.type_line(HOST, "sleep 2.5; date +%s"), "1765372571\n");
    let took = consoles.now().since(began);
    assert!(took >= Span::from_millis(2500) && took < Span::from_millis(2510), "{took:?}");
    let host = consoles.host(HOST);
    consoles.lab.act(Action::Type { host, line: "sleep 1000".into() });
    consoles.pass(Span::from_secs(1));
    assert_eq!(consoles.lab.prompt(host), None);
    assert_eq!(consoles.interrupt(HOST), "^C\n");
    assert_eq!(consoles.lab.prompt(host).as_deref(), Some("redis@10.0.0.1:~$ "));
    assert_eq!(consoles.type_line(HOST, "echo $?"), "130\n");
}

#[test]
fn lines_typed_ahead_wait_for_their_turn() {
    let mut consoles = consoles();
    let host = consoles.host(HOST);
    for line in ["sleep 1", "echo one", "echo two"] {
        consoles.lab.act(Action::Type { host, line: line.into() });
    }
    consoles.pass(Span::from_secs(2));
    let shown: String = consoles.lab.take_printed().into_iter().map(|it| it.text).collect();
    let prompt = "redis@10.0.0.1:~$ ";
    assert_eq!(shown, format!("{prompt}sleep 1\n{prompt}echo one\none\n{prompt}echo two\ntwo\n"));
}

#[test]
fn leaving_a_shell_brings_a_fresh_one() {
    let mut consoles = consoles();
    assert_eq!(consoles.type_line(HOST, "X=1; exit"), "logout\n");
    assert_eq!(consoles.type_line(HOST, "echo \"x=$X\""), "x=\n");
}

#[test]
fn following_a_file_shows_what_is_added() {
    let mut consoles = consoles();
    let host = consoles.host(HOST);
    consoles.lab.act(Action::Type { host, line: "tail -n 1 -f notes".into() });
    consoles.pass(Span::from_secs(1));
    assert_eq!(consoles.printed(), "three\n");
    consoles.lab.world.write_file(host, "notes", b"one\ntwo\nthree\nfour\n".to_vec());
    consoles.pass(Span::from_secs(1));
    assert_eq!(consoles.printed(), "four\n");
    consoles.interrupt(HOST);
    assert!(consoles.lab.at_shell(host));
}

#[test]
fn nobody_listening_is_told_as_redis_cli_does() {
    let refused = "Could not connect to Redis at 10.0.0.2:6379: Connection refused\n";
    assert_eq!(says("redis-cli -h 10.0.0.2 PING"), refused);
    assert_eq!(
        says("redis-cli -p 21040 PING; echo $?"),
        "Could not connect to Redis at 127.0.0.1:21040: Connection refused\n1\n"
    );
    assert_eq!(
        says("redis-cli -h nosuch.host PING"),
        "Could not connect to Redis at nosuch.host:6379: Name or service not known\n"
    );
    let mut consoles = consoles();
    let transcript =
        consoles.transcript(HOST, &["redis-cli -p 21040", "PING", "help @nosuch", "quit"]);
    let refused = "Could not connect to Redis at 127.0.0.1:21040: Connection refused\n";
    assert_eq!(
        transcript,
        format!(
            "redis@10.0.0.1:~$ redis-cli -p 21040\n{refused}not connected> PING\n{refused}\
             not connected> help @nosuch\n\nnot connected> quit\n"
        )
    );
}

#[test]
fn a_server_whose_start_was_interrupted_still_has_its_port() {
    let text = "host 10.0.0.1\nfile redis.conf\n  cluster-enabled yes\nhost 10.0.0.2\n";
    // Ctrl-C at any moment between the line and its prompt.
    for micros in (0..2000).step_by(20) {
        let mut consoles = Consoles::new(&Scenario::parse(text).unwrap(), 1);
        consoles.pass(Span::from_millis(1));
        let host = consoles.host(HOST);
        consoles.lab.act(Action::Type { host, line: "redis-server redis.conf".into() });
        consoles.pass(Span(micros));
        consoles.lab.act(Action::Interrupt { host });
        consoles.pass(Span::from_millis(2));
        consoles.type_line(HOST, "redis-server redis.conf");
        consoles.pass(Span::from_secs(1));
        let processes = consoles.lab.world.processes(host);
        let servers = processes.filter(|(_, kind, _)| *kind == ProcessKind::Server).count();
        assert_eq!(servers, 1, "Ctrl-C after {micros} us");
    }
}
