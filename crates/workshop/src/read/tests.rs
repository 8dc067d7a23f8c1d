//! Each kind of fault, with its exact message.

use super::*;
use crate::condition::{Condition, Host, Role as Is};
use crate::exercise::{Inline, Level, Rule};

const ENGLISH: &str = r#"+++
title = "A title"
summary = "One sentence."
level = "basic"
minutes = 5
after = ["first"]
lab = "design masters=3 replicas=1"
seed = 7
prepare = """
@10.0.0.1
redis-cli SET a b
"""
not-real = "no clocks"
+++

An *introduction* with `code`
and a [link](https://example.com/).

## Look

```step
id = "look"
light = ["console", "node:10.0.0.4", "panel:failovers"]
```

1. one
2. two

| a | b |
|---|---|
| c | d |

```console 10.0.0.4
redis-cli -c
CLUSTER FAILOVER
```

```check
id = "done"
text = "10.0.0.4 is a master."
when = ["role 10.0.0.4 is master", 'not 10.0.0.4 replicates 10.0.0.1 or log any "a*"']
within = "10s"
since = 'command "CLUSTER FAILOVER*" to 10.0.0.4'
hint = "Type it."
```

```check
id = "force"
text = "Without force."
never = 'command "CLUSTER FAILOVER FORCE"'
hint = "Do not."
```

````hint
Like this:

```console 10.0.0.4
CLUSTER FAILOVER
```
````

## Read

```step
id = "read"
```

```quiz
question = "Who?"
[[answers]]
text = "Me"
why = "No."
[[answers]]
text = "You"
right = true
why = "Yes."
```

```notes
Say more.
```

# Closing: what you saw

The end.
"#;

const KOREAN: &str = r#"+++
title = "제목"
summary = "한 문장."
+++

머리말.

## 보기

```step
id = "look"
```

하나.

```console 10.0.0.4
redis-cli -c
CLUSTER FAILOVER
```

```check
id = "done"
text = "10.0.0.4는 마스터다."
hint = "입력하세요."
```

```check
id = "force"
text = "FORCE 없이."
hint = "안 됩니다."
```

````hint
이렇게:

```console 10.0.0.4
CLUSTER FAILOVER
```
````

## 읽기

```step
id = "read"
```

```quiz
question = "누구?"
[[answers]]
text = "나"
why = "아니오."
[[answers]]
text = "너"
right = true
why = "네."
```

```notes
더 말하기.
```

# Closing: 정리

끝.
"#;

const IDS: [&str; 2] = ["first", "t"];

fn english(text: &str) -> Result<Exercise, Vec<Fault>> {
    read(&Texts { id: "t", english: text, translation: None, catalogue: &IDS })
}

fn korean(text: &str) -> Result<Exercise, Vec<Fault>> {
    let translation = Some(("ko", text));
    read(&Texts { id: "t", english: ENGLISH, translation, catalogue: &IDS })
}

/// What is said about a text in which something is replaced, once.
fn said(
    text: &str,
    (from, to): (&str, &str),
    read: fn(&str) -> Result<Exercise, Vec<Fault>>,
) -> Vec<String> {
    assert!(text.contains(from), "{from} is not there");
    match read(&text.replacen(from, to, 1)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_exercise_is_read_as_it_is_written() {
    let exercise = english(ENGLISH).expect("it is whole");
    let head = &exercise.head;
    assert_eq!((head.level, head.minutes, head.seed), (Level::Basic, 5, Some(7)));
    assert_eq!(head.after, ["first"]);
    assert_eq!(head.not_real.as_deref(), Some("no clocks"));
    assert_eq!(head.prepare, "@10.0.0.1\nredis-cli SET a b\n");
    let text = |it: &str| Inline::Text(it.into());
    let url = "https://example.com/".into();
    let intro = vec![
        text("An "),
        Inline::Emphasis(vec![text("introduction")]),
        text(" with "),
        Inline::Code("code".into()),
        text(" and a "),
        Inline::Link { url, text: vec![text("link")] },
        text("."),
    ];
    assert_eq!(exercise.intro, [Block::Paragraph(intro)]);
    let step = &exercise.steps[0];
    assert_eq!((step.id.as_str(), step.title.as_str(), step.light.len()), ("look", "Look", 3));
    let lines = |lines: &[&str]| lines.iter().map(|it| (*it).to_owned()).collect();
    let console = |it: &[&str]| Block::Console { host: Some("10.0.0.4".into()), lines: lines(it) };
    let word = |it: &str| vec![text(it)];
    let paragraph = |it: &str| Block::Paragraph(word(it));
    assert_eq!(
        step.blocks,
        [
            Block::List {
                ordered: true,
                items: vec![vec![paragraph("one")], vec![paragraph("two")]]
            },
            Block::Table(vec![vec![word("a"), word("b")], vec![word("c"), word("d")]]),
            console(&["redis-cli -c", "CLUSTER FAILOVER"]),
            Block::Hint { blocks: vec![paragraph("Like this:"), console(&["CLUSTER FAILOVER"])] },
        ]
    );
    let Rule::When { all, within, since, lasting } = &step.checks[0].rule else {
        panic!("{:?}", step.checks[0])
    };
    let replica = std::net::Ipv4Addr::new(10, 0, 0, 4);
    assert_eq!(all[0], Condition::Role(Host::Is(replica), Is::Master));
    assert!(matches!(&all[1], Condition::Or(any) if any.len() == 2));
    assert_eq!((within.map(|it| it.as_secs()), lasting), (Some(10), &None));
    assert_eq!(since.as_ref().map(Vec::len), Some(1));
    assert!(matches!(&exercise.steps[1].blocks[0], Block::Quiz(quiz) if quiz.answers[1].right));
    assert_eq!(exercise.steps[1].notes, [paragraph("Say more.")]);
    assert_eq!(exercise.closing, [Block::Heading(word("what you saw")), paragraph("The end.")]);
}

#[test]
fn a_translation_has_the_words_and_english_the_rest() {
    let exercise = korean(KOREAN).expect("it is whole");
    assert_eq!((exercise.language.as_str(), exercise.incomplete), ("ko", false));
    assert_eq!(exercise.head.title, "제목");
    assert_eq!(exercise.head.minutes, 5);
    let step = &exercise.steps[0];
    assert_eq!((step.title.as_str(), step.light.len()), ("보기", 3));
    assert_eq!(step.checks[0].hint.as_deref(), Some("입력하세요."));
    let english = english(ENGLISH).expect("it is whole");
    assert_eq!(step.checks[0].rule, english.steps[0].checks[0].rule);
    assert!(exercise.steps.iter().all(|step| !step.untranslated));
}

#[test]
fn what_is_not_translated_is_there_in_english_and_marked() {
    for (from, to, step) in [
        ("title = \"제목\"\n", "", None),
        ("머리말.", "", None),
        ("\n# Closing: 정리\n\n끝.\n", "", None),
        ("text = \"FORCE 없이.\"\n", "", Some(0)),
        ("hint = \"안 됩니다.\"\n", "", Some(0)),
        (
            "```check\nid = \"force\"\ntext = \"FORCE 없이.\"\nhint = \"안 됩니다.\"\n```\n",
            "",
            Some(0),
        ),
        ("```notes\n더 말하기.\n```\n", "", Some(1)),
        (
            "```console 10.0.0.4\nredis-cli -c\nCLUSTER FAILOVER\n```\n\n```check",
            "```check",
            Some(0),
        ),
    ] {
        assert!(KOREAN.contains(from), "{from}");
        let exercise = korean(&KOREAN.replacen(from, to, 1)).unwrap_or_else(|it| panic!("{it:?}"));
        let marked: Vec<_> = exercise.steps.iter().map(|step| step.untranslated).collect();
        assert!(exercise.incomplete, "{from}");
        assert_eq!(marked, [step == Some(0), step == Some(1)], "{from}");
    }
    let from = KOREAN.find("## 읽기").expect("the second step");
    let exercise = korean(&KOREAN[..from]).expect("it can be shown");
    assert_eq!(exercise.steps[1].title, "Read");
    assert!(exercise.steps[1].untranslated && !exercise.steps[0].untranslated);
}

/// What is replaced, by what, and what is said about it.
#[derive(Default)]
struct Typo {
    from: String,
    to: String,
    said: Vec<String>,
}

fn typos(text: &str) -> Vec<Typo> {
    let mut typos: Vec<Typo> = Vec::new();
    for line in text.lines() {
        let rest = line.get(2..).unwrap_or("").replace("\\n", "\n");
        match line.chars().next() {
            Some('-') => typos.push(Typo { from: rest, ..Typo::default() }),
            Some('+') => typos.last_mut().expect("+ follows -").to = rest,
            Some('=') => typos.last_mut().expect("= follows -").said.push(rest),
            _ => {}
        }
    }
    typos
}

/// `faults.txt` has a typo in each kind of field.
#[test]
fn a_typo_is_told_by_its_place_with_a_remedy() {
    let (first, second) = include_str!("faults.txt").split_once("\n# ko.md").expect("two parts");
    let mut count = 0;
    for (typos, whole, read) in [
        (typos(first), ENGLISH, english as fn(&str) -> _),
        (typos(second), KOREAN, korean as fn(&str) -> _),
    ] {
        for Typo { from, to, said: expected } in typos {
            let told = said(whole, (&from, &to), read);
            assert!(!expected.is_empty(), "{from} becomes {to}: {told:#?}");
            assert_eq!(told, expected, "{from} becomes {to}");
            count += 1;
        }
    }
    assert!(count > 90, "{count} typos");
}

#[test]
fn a_session_is_looked_at_line_by_line() {
    let said =
        session("t/solution.session", "@10.0.0.1\nPING\n > OK\n@10.0.0.7\n>maybe x\n", "design");
    let said: Vec<_> = said.iter().map(ToString::to_string).collect();
    let expectation = "write `> PATTERN`, `>! PATTERN`, `>within SPAN PATTERN` or `>varies REASON`";
    assert_eq!(
        said,
        [
            "t/solution.session:4:1: there is no host in the lab \"10.0.0.7\"; did you mean \"10.0.0.1\"?"
                .to_owned(),
            format!("t/solution.session:5:1: '>maybe' is no expectation; {expectation}"),
        ]
    );
}

#[test]
fn the_catalogue_is_a_list_with_remarks() {
    let ids: Vec<_> = catalogue("# first\nmeet\n\n  manual \n").collect();
    assert_eq!(ids, ["meet", "manual"]);
}
