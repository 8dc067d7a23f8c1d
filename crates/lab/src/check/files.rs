//! Where exercises are, and what their files say.

use std::fs;
use std::path::{Path, PathBuf};

use workshop::exercise::Exercise;
use workshop::read::{self, Fault, Texts};

use crate::Failure;

/// Where exercises are, below the repository.
const FOLDER: &str = "static/exercises";

/// An exercise with what proves it.
#[derive(Debug)]
pub struct Proven {
    /// The exercise, in English.
    pub exercise: Exercise,
    /// The languages that its files are in, and whether something is missing in each.
    pub languages: Vec<(String, bool)>,
    /// The lines that solve it.
    pub solution: String,
    /// The file that they are in.
    pub solution_file: PathBuf,
}

/// The folders of these exercises, or of all that the catalogue lists.
///
/// # Errors
/// When there is no catalogue, or no such exercise.
pub fn find(names: &[String]) -> Result<(Vec<PathBuf>, Vec<String>), Failure> {
    let root = root()?;
    let list = root.join("catalogue.txt");
    let text = read(&list)?;
    let catalogue: Vec<String> = read::catalogue(&text).map(str::to_owned).collect();
    let folders = match names {
        [] => catalogue.iter().map(|id| root.join(id)).collect(),
        _ => names.iter().map(|name| folder(name, &root)).collect::<Result<_, _>>()?,
    };
    Ok((folders, catalogue))
}

fn root() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir()?;
    let found = here.ancestors().map(|it| it.join(FOLDER)).find(|it| it.is_dir());
    found.ok_or_else(|| Failure(format!("there is no folder {FOLDER} here; go to the repository")))
}

/// By its id, its folder, or a file in that.
fn folder(name: &str, root: &Path) -> Result<PathBuf, Failure> {
    let path = Path::new(name);
    let given = if path.is_file() { path.parent().map(Path::to_owned) } else { Some(path.into()) };
    let known = [given, Some(root.join(name))];
    let found = known.into_iter().flatten().find(|it| it.join("en.md").is_file());
    let found = found.and_then(|it| fs::canonicalize(it).ok());
    found.ok_or_else(|| {
        Failure(format!("there is no exercise {name}; name a folder of {FOLDER} with an en.md"))
    })
}

/// Reads an exercise in all its languages.
///
/// # Errors
/// Its faults; or that a file can not be read, as one.
pub fn load(folder: &Path, catalogue: &[String]) -> Result<Proven, Vec<Fault>> {
    let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let missing = |name: &str| {
        let (what, remedy) = ("there is no such file", "write it; see docs/writing-exercises.md");
        let file = format!("{id}/{name}");
        vec![Fault { file, line: 1, column: 1, what: what.into(), remedy: remedy.into() }]
    };
    let text = |name: &str| fs::read_to_string(folder.join(name)).map_err(|_| missing(name));
    let catalogue: Vec<&str> = catalogue.iter().map(String::as_str).collect();
    let english = text("en.md")?;
    let texts = Texts { id: &id, english: &english, translation: None, catalogue: &catalogue };
    let exercise = read::read(&texts)?;
    let mut faults = Vec::new();
    let mut languages = vec![("en".to_owned(), false)];
    for language in translations(folder) {
        let translated = text(&format!("{language}.md"))?;
        let texts = Texts { translation: Some((&language, &translated)), ..texts };
        match read::read(&texts) {
            Ok(it) => languages.push((language.clone(), it.incomplete)),
            Err(more) => faults.extend(more),
        }
    }
    let name = "solution.session";
    let solution = text(name)?;
    faults.extend(read::session(&format!("{id}/{name}"), &solution, &exercise.head.lab));
    if !faults.is_empty() {
        return Err(faults);
    }
    let solution_file = folder.join(name);
    Ok(Proven { exercise, languages, solution, solution_file })
}

/// The languages of the other files.
fn translations(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let languages = names.filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()));
    let mut languages: Vec<_> = languages.filter(|it| it != "en").collect();
    languages.sort();
    languages
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file)
        .map_err(|error| Failure(format!("{} cannot be read: {error}", file.display())))
}
