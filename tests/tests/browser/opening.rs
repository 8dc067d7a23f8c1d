//! The page opens, from any folder, without a complaint.

use failover_tests::browser::{LabPage, Result};

#[test]
fn page_opens_from_a_sub_path_without_errors() -> Result<()> {
    let lab = LabPage::open(7)?;
    lab.wait_hosted(6)?;
    let answer = lab.ask("192.168.0.13", "redis-cli ping")?;
    assert_eq!(answer, "PONG");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn same_seed_opens_the_same_lab() -> Result<()> {
    let lab = LabPage::blank(1280, 800)?;
    let mut seen = Vec::new();
    for seed in [11, 12, 11] {
        lab.load(seed)?;
        lab.run(false)?;
        let frame = lab.frame()?;
        let replids = frame["hosts"].as_array().into_iter().flatten();
        seen.push(replids.map(|host| host["node"]["replid"].clone()).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[2]);
    assert_ne!(seen[0], seen[1]);
    Ok(())
}
