//! What goes wrong that is not the student's code: said once, with the command
//! that helps.

use std::fmt;

/// A message for a person, and what to do about it.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), hint: None }
    }

    /// The command that helps.
    pub fn hint(self, command: impl Into<String>) -> Error {
        Error { hint: Some(command.into()), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nTry: {hint}"),
            None => Ok(()),
        }
    }
}
