//! # Exercise 11: a safe wrapper of SQLite
//!
//! Goal: connections, statements and rows that safe code cannot misuse, on top of
//! SQLite's C interface.
//!
//! The crate `sqlite_bindings` (`bindings/sqlite3`) holds the declarations, as bindgen
//! makes them; you need not declare anything. What the functions ask for and promise
//! is said on <https://sqlite.org/c3ref/intro.html>. SQLite counts parameters from 1
//! and columns from 0, and so do you.
//!
//! Rules that the tests check:
//!
//! - A statement borrows its connection; a row, and every text and blob that is read
//!   out of it, borrows its statement mutably. Every statement is finalized and every
//!   connection closed, once, also when something fails: also when `open` fails.
//!   Destructors do not panic. Who forgets a statement (`mem::forget`) leaks it, and
//!   perhaps its connection, and no more.
//! - `bind` copies: what is bound may change or go away at once.
//! - Values come back in the storage class in which they were bound, every bit of
//!   them, with the exceptions that SQLite makes: it stores NaN as NULL and may store
//!   -0.0 as 0.0, and a column with a declared type may convert.
//! - An error has SQLite's *extended* code, and the text that SQLite has for it. What
//!   you notice yourself has the code below, and a text of your own:
//!
//!   | what | code |
//!   |---|---|
//!   | a NUL in an SQL text or in a path; in `prepare` and `execute`: no statement, or more than one | `SQLITE_MISUSE` |
//!   | no such parameter, no such column; in `execute`: more or fewer values than parameters | `SQLITE_RANGE` |
//!   | a text in the database that is not UTF-8 | `SQLITE_MISMATCH` |
//!   | SQLite has no memory | `SQLITE_NOMEM` |
//!
//! - `prepare` compiles the SQL text, once. `bind`, `step` and `reset` do not.
//! - A `Connection` is `Send` and not `Sync`; a `Statement` is neither.
//!
//! Work through the TODOs in order and run `just check ex11` after each one.
//! Stuck? `just hint ex11`. `just bench` compares your speed with that of `rusqlite`.
#![allow(unused_variables, dead_code, reason = "stub: delete this line when you start")]

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// Why SQLite, or this wrapper, did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    message: String,
}

impl Error {
    // TODO(ex11.1): a function that makes an `Error` of a code and of what SQLite says
    // of it. Until when does SQLite's text stay there? Is it UTF-8?

    /// SQLite's extended result code; `code() & 0xff` is the primary one.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// What SQLite says about it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLite's code {})", self.message, self.code)
    }
}

impl std::error::Error for Error {}

/// A value of one of SQLite's five storage classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// An open database.
pub struct Connection {
    // TODO(ex11.1): what SQLite gave you. Close it in `Drop`.
    _raw: PhantomData<*mut u8>,
}

// TODO(ex11.1): a connection may go to another thread. Say so with `unsafe impl`, and
// say why.

impl Connection {
    /// Opens the database in the file at `path`, which is UTF-8; makes it if there is
    /// none.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` for a path that contains a NUL.
    pub fn open(path: impl AsRef<Path>) -> Result<Connection, Error> {
        todo!("ex11.1: SQLite opens it; what do you owe SQLite when it cannot?")
    }

    /// A database of its own in memory.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn open_in_memory() -> Result<Connection, Error> {
        todo!("ex11.1: its name is `:memory:`")
    }

    /// Runs one statement to its end, with `values` for its parameters in order.
    /// Returns how many rows it inserted, updated or deleted; of a statement of
    /// another kind the number says nothing. Rows are thrown away.
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare) and [`step`](Statement::step), or
    /// `SQLITE_RANGE` when there are more or fewer values than parameters: nothing is
    /// run then.
    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        todo!("ex11.6: prepare, bind, step: needs little unsafe code")
    }

    /// Runs the statements of `sql` one after the other, up to the first that fails.
    /// Rows are thrown away. No statement at all is fine.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` for an SQL text that contains a NUL: nothing of
    /// it is run.
    pub fn execute_batch(&self, sql: &str) -> Result<(), Error> {
        todo!("ex11.2: where does the second statement begin?")
    }

    /// Compiles one statement.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` when `sql` contains a NUL, no statement, or
    /// anything but blanks, semicolons and comments after the first.
    // TODO(ex11.3): which lifetime keeps the connection open for the statement?
    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>, Error> {
        todo!("ex11.3: a pointer and a length; what does SQLite do at a NUL?")
    }
}

/// A prepared statement. It may be run again and again, with other values.
pub struct Statement<'conn> {
    // TODO(ex11.3): what SQLite gave you. Finalize it in `Drop`.
    _connection: PhantomData<(&'conn Connection, *mut u8)>,
}

impl Statement<'_> {
    /// How many parameters there are: the largest index.
    pub fn parameter_count(&self) -> usize {
        todo!("ex11.4: ask SQLite")
    }

    /// The index of the parameter called `name`, its prefix (`:`, `@` or `$`)
    /// included.
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        todo!("ex11.4: SQLite wants a name that ends in NUL")
    }

    /// Gives parameter `index`, counted from 1, a value, until it is given another.
    /// A parameter without a value is NULL.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such parameter; `SQLITE_MISUSE` between the
    /// first step and the reset; SQLite's others. The values of the other parameters
    /// stay.
    pub fn bind(&mut self, index: usize, value: Value<'_>) -> Result<(), Error> {
        todo!("ex11.4: for how long does SQLite keep a pointer, and who tells it?")
    }

    /// Runs to the next row. `None` at the end, and from then on until the reset.
    ///
    /// # Errors
    ///
    /// SQLite's. The statement has then been reset: it may be bound, and stepped from
    /// the beginning.
    pub fn step(&mut self) -> Result<Option<Row<'_>>, Error> {
        todo!("ex11.5: three things can come of a step")
    }

    /// Begins anew: the next step is the first. Bound values stay.
    pub fn reset(&mut self) {
        todo!("ex11.5: let SQLite do it")
    }
}

/// A row of a statement. It, and everything that is read out of it, lasts until the
/// statement is used again.
pub struct Row<'stmt> {
    // TODO(ex11.5): the statement, borrowed.
    _statement: PhantomData<(&'stmt mut Statement<'stmt>, *mut u8)>,
}

impl<'stmt> Row<'stmt> {
    /// How many columns this row has.
    #[allow(clippy::len_without_is_empty, reason = "a row has a column")]
    pub fn len(&self) -> usize {
        todo!("ex11.5: ask SQLite, each time: the table may have changed")
    }

    /// The value in column `index`, counted from 0, in the class in which it is
    /// stored.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such column, `SQLITE_MISMATCH` for a text that
    /// is not UTF-8, `SQLITE_NOMEM`.
    pub fn value(&self, index: usize) -> Result<Value<'stmt>, Error> {
        todo!("ex11.7: first the class, then the value; which pointers may be null?")
    }

    /// The bytes of the text, converted to UTF-8 where the database has another
    /// encoding, or of the blob in column `index`; `None` of a value of another class.
    /// Values that were read before stay valid.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such column, `SQLITE_NOMEM`.
    pub fn bytes(&self, index: usize) -> Result<Option<&'stmt [u8]>, Error> {
        todo!("ex11.7: some functions for columns convert the value in its place")
    }
}
