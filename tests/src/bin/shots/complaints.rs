//! What can be told to be wrong with a view without looking at it.

use failover_tests::browser::{LabPage, Result};
use serde_json::Value;

/// Words that are cut off, words on top of each other, and a page that is wider than its window.
const LOOK: &str = r#"(() => {
  const found = [];
  const shown = (it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !it.closest('.unseen');
  const name = (it) => `${it.tagName.toLowerCase()}${it.id ? '#' + it.id : ''}.${[...it.classList].join('.')} "${(it.textContent || it.value || '').trim().slice(0, 50)}"`;
  for (const it of document.querySelectorAll('body *')) {
    if (it.closest('svg') || !shown(it)) continue;
    const style = getComputedStyle(it);
    const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    // What a packet holds ends in dots: a click opens it.
    if (own && !it.matches('td.info') && style.overflowX !== 'visible' && style.overflowX !== 'auto' && it.scrollWidth > it.clientWidth + 1) found.push(`cut off: ${name(it)}`);
    // Wider than what holds it.
    const box = it.getBoundingClientRect();
    const button = it.closest('button, label, th, td, option, summary');
    if (own && button && button !== it && box.width > 0) {
      const around = button.getBoundingClientRect();
      if (box.right > around.right + 1.5 || box.left < around.left - 1.5) found.push(`outside: ${name(it)} of ${name(button)}`);
    }
    if (own && (it.tagName === 'BUTTON') && it.scrollWidth > it.clientWidth + 1) found.push(`too wide: ${name(it)}`);
  }
  const texts = [...document.querySelectorAll('.graph svg:not(.packets) text')].filter(shown).map((it) => [it, it.getBoundingClientRect()]).filter(([it]) => it.textContent.trim());
  const apart = (a, b) => a.right < b.left + 2 || b.right < a.left + 2 || a.bottom < b.top + 3 || b.bottom < a.top + 3;
  texts.forEach(([one, a], at) => {
    for (const [two, b] of texts.slice(at + 1)) if (!apart(a, b)) found.push(`on top of each other: ${name(one)} and ${name(two)}`);
    const graph = document.querySelector('.graph').getBoundingClientRect();
    if (a.left < graph.left - 1 || a.right > graph.right + 1 || a.top < graph.top - 1 || a.bottom > graph.bottom + 1) found.push(`outside of the graph: ${name(one)}`);
    for (const disc of document.querySelectorAll('.node .disc')) {
      if (one.classList.contains('short')) continue;
      const c = disc.getBoundingClientRect();
      if (!apart(a, c) && !one.closest('.node')?.contains(disc)) found.push(`on a node: ${name(one)}`);
    }
  });
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) found.push(`the page is ${root.scrollWidth} wide`);
  return [...new Set(found)];
})()"#;

/// Prints them.
pub fn print(lab: &LabPage, view: &str) -> Result<()> {
    let found = lab.page.eval(LOOK)?;
    for it in found.as_array().into_iter().flatten().filter_map(Value::as_str) {
        println!("{view}: {it}");
    }
    Ok(())
}
