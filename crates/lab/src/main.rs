//! `lab`, the native CLI: a Redis Cluster in virtual time, at full speed.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match lab::args::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(lab::args::Stop::Help(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(lab::args::Stop::Wrong(failure)) => return fail(&failure),
    };
    match lab::run::run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &lab::Failure) -> ExitCode {
    eprintln!("lab: {failure}");
    ExitCode::from(2)
}
