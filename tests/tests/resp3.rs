//! `redis-cli -3` as a real one of 7.0.15 shows the same replies of a real server.

use engine::Compat;
use failover_tests::console::Consoles;
use scenario::scenario::Plain;

const SESSIONS: &[(&str, &str)] = &[
    ("config get maxclients", "1# \"maxclients\" => \"10000\"\n"),
    (
        "client trackinginfo",
        "1# \"flags\" => 1~ \"off\"\n2# \"redirect\" => (integer) -1\n3# \"prefixes\" => (empty array)\n",
    ),
    ("get nosuch", "(nil)\n"),
    ("pubsub numsub a", "1) \"a\"\n2) (integer) 0\n"),
    (
        "acl getuser default",
        "1# \"flags\" => \n   1~ \"on\"\n   2~ \"nopass\"\n2# \"passwords\" => (empty array)\n\
         3# \"commands\" => \"+@all\"\n4# \"keys\" => \"~*\"\n5# \"channels\" => \"&*\"\n\
         6# \"selectors\" => (empty array)\n",
    ),
    (
        "command info ping",
        "1)  1) \"ping\"\n    2) (integer) -1\n    3) 1~ fast\n    4) (integer) 0\n    5) (integer) 0\n    \
         6) (integer) 0\n    7) 1~ @fast\n       2~ @connection\n    8) 1~ \"request_policy:all_shards\"\n       \
         2~ \"response_policy:all_succeeded\"\n    9) (empty set)\n   10) (empty set)\n",
    ),
    (
        "command info get",
        "1)  1) \"get\"\n    2) (integer) 2\n    3) 1~ readonly\n       2~ fast\n    4) (integer) 1\n    \
         5) (integer) 1\n    6) (integer) 1\n    7) 1~ @read\n       2~ @string\n       3~ @fast\n    \
         8) (empty set)\n    9) 1~ 1# \"flags\" => \n             1~ RO\n             2~ access\n          \
         2# \"begin_search\" => \n             1# \"type\" => \"index\"\n             \
         2# \"spec\" => 1# \"index\" => (integer) 1\n          3# \"find_keys\" => \n             \
         1# \"type\" => \"range\"\n             2# \"spec\" => \n                \
         1# \"lastkey\" => (integer) 0\n                2# \"keystep\" => (integer) 1\n                \
         3# \"limit\" => (integer) 0\n   10) (empty set)\n",
    ),
    ("debug protocol set", "1~ (integer) 0\n2~ (integer) 1\n3~ (integer) 2\n"),
    (
        "debug protocol map",
        "1# (integer) 0 => (false)\n2# (integer) 1 => (true)\n3# (integer) 2 => (false)\n",
    ),
    ("debug protocol double", "(double) 3.141\n"),
    ("debug protocol verbatim", "This is a verbatim\nstring\n"),
    (
        "debug protocol push",
        "1) \"server-cpu-usage\"\n2) (integer) 42\n\"Some real reply following the push reply\"\n",
    ),
];

#[test]
fn replies_in_resp3_are_shown_with_their_types() {
    let config = "enable-debug-command yes\n".into();
    let scenario = Plain { compat: Compat::V7_0, config, ..Plain::default() }.scenario();
    let (mut consoles, _) = Consoles::open(&scenario, 1);
    for (words, shown) in SESSIONS {
        let line = format!("redis-cli -3 -c {words}");
        assert_eq!(&consoles.type_line("10.0.0.1", &line), shown, "{words}");
    }
}
