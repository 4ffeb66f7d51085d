//! SQLite as C declares it, for exercise 11.
//!
//! The functions and constants below are what bindgen makes of `sqlite3.h`:
//! `just bindings` makes them anew. The C code is that of `libsqlite3-sys`.
//!
//! Nothing here is safe, and nothing is explained: <https://sqlite.org/c3ref/intro.html>
//! says for each function what it asks for, who owns what it returns, and for how
//! long that stays there.
//!
//! Two constants of the header are casts, of which bindgen makes nothing:
//!
//! ```c
//! #define SQLITE_STATIC      ((sqlite3_destructor_type)0)
//! #define SQLITE_TRANSIENT   ((sqlite3_destructor_type)-1)
//! ```

// Links the C code.
extern crate libsqlite3_sys as _;

#[rustfmt::skip]
#[allow(nonstandard_style, missing_docs, clippy::all, reason = "names and style are C's")]
mod bindings;

pub use bindings::*;
