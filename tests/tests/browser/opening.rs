//! The page opens, from any folder, without a complaint.

use std::time::Duration;

use failover_tests::browser::{Chromium, Result, Site};

#[test]
fn page_opens_from_a_sub_path_without_errors() -> Result<()> {
    let site = Site::serve()?;
    let chromium = Chromium::launch()?;
    let page = chromium.page(1280, 800)?;
    page.go(&site.url("#seed=7"))?;
    page.wait("document.querySelector('#app')?.children.length > 0", Duration::from_secs(20))?;
    assert_eq!(page.errors(), Vec::<String>::new());
    Ok(())
}
