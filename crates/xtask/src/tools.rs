//! Finds what the commands need, or installs it under `target/tools`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::aliases;
use crate::run::{self, cargo, command, find, output, say};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "binaryen@132.0.0";
const AXE: &str = "axe-core@4.14.1";
const TARGET: &str = "wasm32-unknown-unknown";
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Everything.
///
/// # Errors
/// When something is missing and can not be installed.
pub fn all() -> Result<()> {
    site()?;
    redis_server();
    // It has said so if there is none.
    let _ = firefox();
    browser()
}

/// What building the site takes.
///
/// # Errors
/// When something is missing and can not be installed.
pub fn site() -> Result<()> {
    wasm_target()?;
    own_names()?;
    wasm_opt()?;
    trunk()
}

/// What compiling and testing for wasm takes.
///
/// # Errors
/// When the target can not be installed.
pub fn wasm() -> Result<()> {
    wasm_target()?;
    own_names()
}

/// The other browser, where Debian's can be had.
///
/// # Errors
/// When there is none; that is said, too.
pub fn firefox() -> Result<()> {
    axe();
    let missing = || find("firefox-esr").is_none() && find("firefox").is_none();
    if missing()
        && let Err(why) = apt("Firefox", &["firefox-esr"])
    {
        say(&format!("{why:#}"));
    }
    if missing() {
        say("SKIPPED: the page in Firefox; there is none on PATH \
             (on Debian: apt-get install firefox-esr)");
        bail!("there is no Firefox on PATH");
    }
    Ok(())
}

/// What looks over the page for those who can not see it or use no mouse. Tests that want it say
/// SKIPPED when there is none.
fn axe() {
    let folder = run::tools_dir().join("npm");
    if folder.join("node_modules/axe-core/axe.min.js").is_file() {
        return;
    }
    if find("npm").is_none() {
        say("SKIPPED: axe-core over every view; there is no npm to fetch it with");
        return;
    }
    say("installing axe-core from npm into target/tools");
    if let Err(why) = npm(AXE) {
        say(&format!("SKIPPED: axe-core over every view: {why:#}"));
    }
}

fn npm(package: &str) -> Result<()> {
    let folder = run::tools_dir().join("npm");
    fs::create_dir_all(&folder)?;
    let mut npm = command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--fetch-retries=5", "--prefix"]);
    run::run(npm.arg(&folder).arg(package))
}

/// A browser that tests can drive.
///
/// # Errors
/// When there is none and it can not be installed.
pub fn browser() -> Result<()> {
    axe();
    if has_browser() {
        return Ok(());
    }
    apt("Chromium and its driver", &["chromium", "chromium-driver"])?;
    ensure!(
        has_browser(),
        "browser tests need Chromium (or Chrome) and chromedriver on PATH; \
         on Debian: apt-get install chromium chromium-driver"
    );
    Ok(())
}

/// A real server to compare with, where Debian's can be had. Tests that want one say SKIPPED when
/// there is none.
pub fn redis_server() {
    let missing = || find("redis-server").is_none() || find("redis-cli").is_none();
    if missing()
        && let Err(why) = apt("a real redis-server", &["redis-server"])
    {
        say(&format!("{why:#}"));
    }
    if missing() {
        say("SKIPPED: all comparisons with real servers; there is no redis-server on PATH \
             (on Debian: apt-get install redis-server)");
    }
}

/// Installs Debian's packages; does nothing where that is not possible or not allowed.
fn apt(what: &str, packages: &[&str]) -> Result<()> {
    let root_user = output(command("id").arg("-u")).as_deref() == Some("0");
    if !root_user || find("apt-get").is_none() {
        return Ok(());
    }
    say(&format!("installing {what} with apt-get"));
    let get = |args: &[&str]| {
        let mut get = command("apt-get");
        get.args(["-o", "Acquire::Retries=5", "-q"]).args(args);
        // Nothing asks questions, and no service is started by its package.
        get.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
        run::run(&mut get)
    };
    get(&["update"])?;
    get(&[&["-y", "install"], packages].concat())
}

fn has_browser() -> bool {
    find("chromedriver").is_some() && BROWSERS.iter().any(|name| find(name).is_some())
}

fn wasm_target() -> Result<()> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"])).context("no rustc")?;
    if Path::new(&sysroot).join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    say("adding the wasm target to the toolchain");
    run::run(command("rustup").args(["target", "add", TARGET]))
}

/// Puts this program where Trunk and cargo look for the bindgen and for the test runner.
fn own_names() -> Result<()> {
    let me = std::env::current_exe().context("this program has no path")?;
    for name in aliases::NAMES {
        place(&me, "bin", name)?;
    }
    Ok(())
}

fn place(me: &Path, folder: &str, name: &str) -> Result<()> {
    let folder = run::tools_dir().join(folder);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    #[cfg(unix)]
    {
        if fs::read_link(&path).is_ok_and(|target| target == me) {
            return Ok(());
        }
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(me, &path)
    }
    .with_context(|| format!("can not write {}", path.display()))?;
    #[cfg(not(unix))]
    fs::copy(me, &path).with_context(|| format!("can not write {}", path.display()))?;
    Ok(())
}

/// Shrinks the site by a third; without npm the site is built without it.
fn wasm_opt() -> Result<()> {
    if find(aliases::STAND_IN).is_some_and(|path| !path.starts_with(stand_in_dir())) {
        return Ok(());
    }
    if find("node").is_some() && find("npm").is_some() {
        say("installing wasm-opt from npm into target/tools");
        if npm(BINARYEN).is_ok() {
            return Ok(());
        }
    }
    say("no wasm-opt and no npm to install it: the site will be about a third larger");
    let me = std::env::current_exe().context("this program has no path")?;
    place(&me, "stand-in", aliases::STAND_IN)
}

fn stand_in_dir() -> std::path::PathBuf {
    run::tools_dir().join("stand-in")
}

fn trunk() -> Result<()> {
    let wanted = format!("trunk {TRUNK}");
    let right = || output(command("trunk").arg("--version")).is_some_and(|it| it == wanted);
    if find("trunk").is_some() && right() {
        return Ok(());
    }
    say(&format!("installing Trunk {TRUNK} into target/tools: about 3 minutes, once"));
    let tools = run::tools_dir();
    let build = tools.join("build");
    let mut install = cargo(&["install", "trunk", "--version", TRUNK, "--locked", "--debug"]);
    install.arg("--root").arg(&tools).arg("--target-dir").arg(&build);
    // A debug build is as quick in use as a release build, and builds in a third of the time.
    run::run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    let _ = fs::remove_dir_all(&build);
    if !right() {
        bail!("the installed Trunk is not {wanted}");
    }
    Ok(())
}
