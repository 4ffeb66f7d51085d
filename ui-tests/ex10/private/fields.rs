// A field that everybody can change is no invariant. The compiler is asked for a field
// that there is not, and lists those that can be seen from here.
#![allow(warnings)]

use unsafe_workbook::ex10_git::{Commit, Repository, Signature};

pub struct Control {
    pub seen: u8,
}

pub fn fields(repository: &Repository, commit: &Commit<'_>, signature: &Signature<'_>, control: &Control) {
    repository.there_is_no_such_field; //~
    commit.there_is_no_such_field; //~
    signature.there_is_no_such_field; //~
    control.there_is_no_such_field; //~ visible
}

fn main() {}
