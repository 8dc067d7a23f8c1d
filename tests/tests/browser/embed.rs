//! The page inside another one: one frame, chosen parts, moving or still.

use failover_tests::browser::{LabPage, PATIENCE, Result};

/// Whether something inside the frame is seen.
fn seen(lab: &LabPage, selector: &str) -> Result<bool> {
    let script = format!(
        "(() => {{ const it = document.querySelector('#frame').contentDocument.querySelector('{selector}');
            return it !== null && it.checkVisibility() && it.getBoundingClientRect().height > 0; }})()"
    );
    Ok(lab.page.eval(&script)? == true)
}

/// Another page of the same site that shows the lab in a frame.
fn embed(lab: &LabPage, fragment: &str) -> Result<()> {
    let address = lab.site.url(&format!("#{fragment}"));
    let post = format!(
        "<!doctype html><link rel=icon href=data:,><iframe id=frame width=800 height=420 src='{address}'></iframe>"
    );
    lab.site.change("post.html", post.into_bytes());
    lab.page.go(&lab.site.url(&format!("post.html?{}", fragment.len())))?;
    let open =
        "document.querySelector('#frame')?.contentWindow.__tap?.frame?.hosts.every(it => it.node)";
    lab.page.wait(open, PATIENCE).map(drop)
}

#[test]
fn a_frame_shows_the_parts_that_its_address_names() -> Result<()> {
    let lab = LabPage::blank(1000, 700)?;
    embed(&lab, "embed=graph,events")?;
    for (selector, expected) in [
        (".stage", true),
        (".panels", true),
        ("#run", true),
        (".side", false),
        (".sharing", false),
        ("#exercises", false),
        (".legend", false),
    ] {
        assert_eq!(seen(&lab, selector)?, expected, "{selector}");
    }
    let moves = "document.querySelector('#frame').contentWindow.__tap.frame.running";
    assert_eq!(lab.page.eval(moves)?, true);
    // In a browser of its own: the first one keeps a copy of the site now, which knows no other page.
    let lab = LabPage::blank(1000, 700)?;
    embed(&lab, "embed=console&play=0")?;
    for (selector, expected) in [(".side", true), (".stage", false), (".panels", false)] {
        assert_eq!(seen(&lab, selector)?, expected, "{selector}");
    }
    lab.page.wait(&format!("{moves} === false"), PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
