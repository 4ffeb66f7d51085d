//! defect: parameter_index reads the byte behind the name, to save a copy when it is NUL
//! class: memory
//! stage: stable
//! shows: a name at the end of memory ends in a segmentation fault
//! caught_by: memory::nothing_behind_the_input_is_read

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::slice;

use sqlite_bindings as ffi;

/// Why SQLite, or this wrapper, did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    message: String,
}

impl Error {
    /// SQLite's extended result code; `code() & 0xff` is the primary one.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// What SQLite says about it.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn own(code: i32, message: &str) -> Error {
        Error { code, message: message.to_owned() }
    }

    /// The error of the last call on `connection`, which returned `code`.
    ///
    /// # Safety
    ///
    /// - `connection` is open, or null.
    unsafe fn last(connection: *mut ffi::sqlite3, code: c_int) -> Error {
        // SAFETY: open or null (caller); of null SQLite says "out of memory".
        let text = unsafe { ffi::sqlite3_errmsg(connection) };
        // SAFETY: the text ends in NUL. It stays there until the next call on the
        // connection, which comes after the copy.
        let text = unsafe { CStr::from_ptr(text) };
        Error { code, message: text.to_string_lossy().into_owned() }
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
    /// Open, ours alone (INV-1). `NonNull` makes it neither `Send` nor `Sync`; see
    /// below.
    raw: NonNull<ffi::sqlite3>,
}

// SAFETY: SQLite was built with mutexes (`open` looks), so that connections of
// different threads do not disturb each other, and a connection may go from thread
// to thread if one at a time uses it. That is so: everything else that can use it
// borrows it.
unsafe impl Send for Connection {}

impl Connection {
    /// Opens the database in the file at `path`; makes it if there is none.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` for a path that contains a NUL.
    pub fn open(path: impl AsRef<Path>) -> Result<Connection, Error> {
        let path = path.as_ref().to_str();
        let path = path.and_then(|path| CString::new(path).ok()).ok_or_else(|| {
            Error::own(ffi::SQLITE_MISUSE, "the path contains a NUL or is not UTF-8")
        })?;
        Connection::open_c(&path)
    }

    /// A database of its own in memory.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn open_in_memory() -> Result<Connection, Error> {
        Connection::open_c(c":memory:")
    }

    fn open_c(path: &CStr) -> Result<Connection, Error> {
        // SAFETY: it may be called at any time.
        if unsafe { ffi::sqlite3_threadsafe() } == 0 {
            return Err(Error::own(ffi::SQLITE_MISUSE, "SQLite was built without mutexes"));
        }
        let flags = ffi::SQLITE_OPEN_READWRITE
            | ffi::SQLITE_OPEN_CREATE
            | ffi::SQLITE_OPEN_NOMUTEX
            | ffi::SQLITE_OPEN_EXRESCODE;
        let mut raw = ptr::null_mut();
        // SAFETY: `path` ends in NUL, `raw` can be written, null asks for the default
        // file system.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &mut raw, flags, ptr::null()) };
        match NonNull::new(raw) {
            Some(raw) if code == ffi::SQLITE_OK => Ok(Connection { raw }),
            _ => {
                // SAFETY: null, or a connection that exists although it is of no use.
                let error = unsafe { Error::last(raw, code) };
                // SAFETY: null, or a connection that nobody else has. Null does nothing.
                unsafe { ffi::sqlite3_close_v2(raw) };
                Err(error)
            }
        }
    }

    /// Runs one statement to its end, with `values` for its parameters in order.
    /// Returns how many rows it inserted, updated or deleted; of a statement of
    /// another kind the number says nothing.
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare) and [`step`](Statement::step), or
    /// `SQLITE_RANGE` when there are more or fewer values than parameters.
    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let mut statement = self.prepare(sql)?;
        if values.len() != statement.parameter_count() {
            return Err(Error::own(
                ffi::SQLITE_RANGE,
                "there are not as many values as parameters",
            ));
        }
        for (index, &value) in (1..).zip(values) {
            statement.bind(index, value)?;
        }
        while statement.step()?.is_some() {}
        // SAFETY: the connection is open (INV-1).
        let changes = unsafe { ffi::sqlite3_changes64(self.raw.as_ptr()) };
        Ok(changes.unsigned_abs())
    }

    /// Runs the statements of `sql` one after the other, up to the first that fails.
    /// Rows are thrown away.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` for an SQL text that contains a NUL: nothing of
    /// it is run.
    pub fn execute_batch(&self, sql: &str) -> Result<(), Error> {
        let mut rest = without_nul(sql)?;
        while !rest.is_empty() {
            let (statement, tail) = self.first_of(rest)?;
            if let Some(mut statement) = statement {
                while statement.step()?.is_some() {}
            }
            rest = tail;
        }
        Ok(())
    }

    /// Compiles one statement.
    ///
    /// # Errors
    ///
    /// SQLite's, or `SQLITE_MISUSE` when `sql` contains a NUL, no statement, or
    /// anything but blanks, semicolons and comments after the first.
    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>, Error> {
        let (statement, tail) = self.first_of(without_nul(sql)?)?;
        let Some(statement) = statement else {
            return Err(Error::own(ffi::SQLITE_MISUSE, "there is no statement"));
        };
        // What follows is nothing if SQLite makes no statement of it.
        if !tail.is_empty() && self.first_of(tail)?.0.is_some() {
            return Err(Error::own(ffi::SQLITE_MISUSE, "there is more than one statement"));
        }
        Ok(statement)
    }

    /// Compiles the first statement of `sql`, which contains no NUL, and returns what
    /// follows. No statement: `sql` is blank, or a comment.
    fn first_of<'s>(&self, sql: &'s str) -> Result<(Option<Statement<'_>>, &'s str), Error> {
        let Ok(length) = c_int::try_from(sql.len()) else {
            return Err(Error::own(ffi::SQLITE_TOOBIG, "the SQL text is too long"));
        };
        let start: *const c_char = sql.as_ptr().cast();
        let (mut raw, mut tail) = (ptr::null_mut(), start);
        // SAFETY: the connection is open (INV-1), the text has `length` bytes, `raw`
        // and `tail` can be written.
        let code = unsafe {
            ffi::sqlite3_prepare_v2(self.raw.as_ptr(), start, length, &mut raw, &mut tail)
        };
        if code != ffi::SQLITE_OK {
            // SAFETY: the connection is open (INV-1).
            return Err(unsafe { Error::last(self.raw.as_ptr(), code) });
        }
        let statement =
            NonNull::new(raw).map(|raw| Statement { connection: self, raw, is_done: false });
        // SQLite stops between two tokens, which is between two characters.
        let used = tail.addr() - start.addr();
        Ok((statement, sql.get(used..).unwrap_or_default()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: nobody closes it but we, here, once (INV-1). No statement uses it any
        // more, since each borrows it; forgotten ones keep it alive, in SQLite's way.
        unsafe { ffi::sqlite3_close_v2(self.raw.as_ptr()) };
    }
}

/// SQLite would stop at a NUL, in silence.
fn without_nul(sql: &str) -> Result<&str, Error> {
    if sql.contains('\0') {
        return Err(Error::own(ffi::SQLITE_MISUSE, "the SQL text contains a NUL"));
    }
    Ok(sql)
}

/// A prepared statement. It may be run again and again, with other values.
pub struct Statement<'conn> {
    connection: &'conn Connection,
    /// Not null, ours alone (INV-2).
    raw: NonNull<ffi::sqlite3_stmt>,
    /// The last step returned `None`. Another would make SQLite begin anew.
    is_done: bool,
}

impl Statement<'_> {
    /// How many parameters there are: the largest index.
    pub fn parameter_count(&self) -> usize {
        // SAFETY: the statement exists (INV-2).
        let count = unsafe { ffi::sqlite3_bind_parameter_count(self.raw.as_ptr()) };
        count.try_into().unwrap_or_default()
    }

    /// The index of the parameter called `name`, its prefix (`:`, `@` or `$`)
    /// included.
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        // SAFETY: a text has its bytes and one to end it.
        let whole = unsafe { std::slice::from_raw_parts(name.as_ptr(), name.len() + 1) };
        if let Ok(name) = std::ffi::CStr::from_bytes_with_nul(whole) {
            // SAFETY: the statement exists (INV-2), the name ends in NUL.
            let index =
                unsafe { ffi::sqlite3_bind_parameter_index(self.raw.as_ptr(), name.as_ptr()) };
            return usize::try_from(index).ok().filter(|index| *index > 0);
        }
        let name = CString::new(name).ok()?;
        // SAFETY: the statement exists (INV-2), the name ends in NUL.
        let index =
            unsafe { ffi::sqlite3_bind_parameter_index(self.raw.as_ptr(), name.as_ptr()) };
        usize::try_from(index).ok().filter(|index| *index > 0)
    }

    /// Gives parameter `index`, counted from 1, a value, until it is given another.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such parameter; `SQLITE_MISUSE` between the
    /// first step and the reset; SQLite's others.
    pub fn bind(&mut self, index: usize, value: Value<'_>) -> Result<(), Error> {
        let Ok(at) = c_int::try_from(index) else {
            return Err(Error::own(ffi::SQLITE_RANGE, "there is no such parameter"));
        };
        let raw = self.raw.as_ptr();
        let code = match value {
            // SAFETY: the statement exists (INV-2); SQLite judges the index.
            Value::Null => unsafe { ffi::sqlite3_bind_null(raw, at) },
            // SAFETY: the statement exists (INV-2); SQLite judges the index.
            Value::Integer(number) => unsafe { ffi::sqlite3_bind_int64(raw, at, number) },
            // SAFETY: the statement exists (INV-2); SQLite judges the index.
            Value::Real(number) => unsafe { ffi::sqlite3_bind_double(raw, at, number) },
            Value::Text(text) => {
                let (start, length) = (text.as_ptr().cast(), text.len() as u64);
                let utf8 = ffi::SQLITE_UTF8 as u8;
                // SAFETY: the statement exists (INV-2); pointer and length are those
                // of one slice, which SQLite copies before it returns.
                unsafe { ffi::sqlite3_bind_text64(raw, at, start, length, transient(), utf8) }
            }
            Value::Blob(bytes) => {
                let (start, length) = (bytes.as_ptr().cast(), bytes.len() as u64);
                // SAFETY: the statement exists (INV-2); pointer and length are those
                // of one slice, which SQLite copies before it returns. Not even the
                // pointer of an empty slice is null, which would be NULL for SQLite.
                unsafe { ffi::sqlite3_bind_blob64(raw, at, start, length, transient()) }
            }
        };
        if code == ffi::SQLITE_OK {
            return Ok(());
        }
        // SAFETY: the connection is open (INV-1).
        Err(unsafe { Error::last(self.connection.raw.as_ptr(), code) })
    }

    /// Runs to the next row. `None` at the end, and from then on until the reset.
    ///
    /// # Errors
    ///
    /// SQLite's. The statement has then been reset.
    pub fn step(&mut self) -> Result<Option<Row<'_>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        // SAFETY: the statement exists (INV-2), and no row of it is in use: each
        // borrows it mutably (INV-3).
        match unsafe { ffi::sqlite3_step(self.raw.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(Some(Row { statement: self })),
            ffi::SQLITE_DONE => {
                self.is_done = true;
                Ok(None)
            }
            code => {
                // SAFETY: the connection is open (INV-1).
                let error = unsafe { Error::last(self.connection.raw.as_ptr(), code) };
                self.reset();
                Err(error)
            }
        }
    }

    /// Begins anew: the next step is the first. Bound values stay.
    pub fn reset(&mut self) {
        self.is_done = false;
        // SAFETY: the statement exists (INV-2), and no row of it is in use (INV-3).
        // The code repeats the error of the last step, which was reported.
        unsafe { ffi::sqlite3_reset(self.raw.as_ptr()) };
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody finalizes it but we, here, once (INV-2), and its connection is
        // still open, since we borrow it. The code repeats an old error.
        unsafe { ffi::sqlite3_finalize(self.raw.as_ptr()) };
    }
}

/// `SQLITE_TRANSIENT`: "copy it before you return". The header casts -1 to a
/// function pointer, of which bindgen makes nothing.
fn transient() -> ffi::sqlite3_destructor_type {
    // SAFETY: a function pointer must not be null, and need not point to a function
    // as long as nobody calls it. SQLite compares this one and does not call it.
    Some(unsafe {
        std::mem::transmute::<*const c_void, unsafe extern "C" fn(*mut c_void)>(
            ptr::without_provenance(usize::MAX),
        )
    })
}

/// A row, and everything that is read out of it, lasts until the statement is used
/// again.
pub struct Row<'stmt> {
    /// Stands on a row (INV-3): `step` borrowed it mutably for `'stmt`.
    statement: &'stmt Statement<'stmt>,
}

impl<'stmt> Row<'stmt> {
    /// How many columns there are.
    #[allow(clippy::len_without_is_empty, reason = "a row has a column")]
    pub fn len(&self) -> usize {
        // SAFETY: the statement exists (INV-2).
        let count = unsafe { ffi::sqlite3_data_count(self.statement.raw.as_ptr()) };
        count.try_into().unwrap_or_default()
    }

    /// The value in column `index`, counted from 0, in the class in which it is
    /// stored.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such column, `SQLITE_MISMATCH` for a text that
    /// is not UTF-8, `SQLITE_NOMEM`.
    pub fn value(&self, index: usize) -> Result<Value<'stmt>, Error> {
        let (raw, column) = (self.statement.raw.as_ptr(), self.column(index)?);
        // SAFETY: the statement stands on a row that has this column (INV-3).
        Ok(match unsafe { ffi::sqlite3_column_type(raw, column) } {
            ffi::SQLITE_INTEGER => {
                // SAFETY: the statement stands on a row that has this column (INV-3).
                Value::Integer(unsafe { ffi::sqlite3_column_int64(raw, column) })
            }
            ffi::SQLITE_FLOAT => {
                // SAFETY: the statement stands on a row that has this column (INV-3).
                Value::Real(unsafe { ffi::sqlite3_column_double(raw, column) })
            }
            ffi::SQLITE_TEXT => {
                let text = std::str::from_utf8(self.text(column)?);
                Value::Text(
                    text.map_err(|_| {
                        Error::own(ffi::SQLITE_MISMATCH, "the text is not UTF-8")
                    })?,
                )
            }
            ffi::SQLITE_BLOB => Value::Blob(self.blob(column)?),
            _ => Value::Null,
        })
    }

    /// The bytes of the text, in UTF-8 if it is valid, or of the blob in column
    /// `index`; `None` of a value of another class.
    ///
    /// # Errors
    ///
    /// `SQLITE_RANGE` when there is no such column, `SQLITE_NOMEM`.
    pub fn bytes(&self, index: usize) -> Result<Option<&'stmt [u8]>, Error> {
        let (raw, column) = (self.statement.raw.as_ptr(), self.column(index)?);
        // SAFETY: the statement stands on a row that has this column (INV-3).
        match unsafe { ffi::sqlite3_column_type(raw, column) } {
            ffi::SQLITE_TEXT => self.text(column).map(Some),
            ffi::SQLITE_BLOB => self.blob(column).map(Some),
            _ => Ok(None),
        }
    }

    /// The column as SQLite counts it.
    fn column(&self, index: usize) -> Result<c_int, Error> {
        c_int::try_from(index)
            .ok()
            .filter(|_| index < self.len())
            .ok_or_else(|| Error::own(ffi::SQLITE_RANGE, "there is no such column"))
    }

    /// The bytes of a column that is a text.
    fn text(&self, column: c_int) -> Result<&'stmt [u8], Error> {
        let raw = self.statement.raw.as_ptr();
        // SAFETY: the statement stands on a row (INV-3). This is the only function that
        // is asked for the bytes of a text (INV-4).
        let start = unsafe { ffi::sqlite3_column_text(raw, column) };
        // SAFETY: the statement stands on a row (INV-3). After
        // `sqlite3_column_text`, it counts bytes of UTF-8.
        let length = unsafe { ffi::sqlite3_column_bytes(raw, column) };
        // SAFETY: pointer and length were just returned for this column.
        unsafe { self.slice(start, length) }
    }

    /// The bytes of a column that is a blob.
    fn blob(&self, column: c_int) -> Result<&'stmt [u8], Error> {
        let raw = self.statement.raw.as_ptr();
        // SAFETY: the statement stands on a row (INV-3). This is the only function that
        // is asked for the bytes of a blob (INV-4).
        let start = unsafe { ffi::sqlite3_column_blob(raw, column) };
        // SAFETY: the statement stands on a row (INV-3).
        let length = unsafe { ffi::sqlite3_column_bytes(raw, column) };
        // SAFETY: pointer and length were just returned for this column.
        unsafe { self.slice(start.cast(), length) }
    }

    /// # Safety
    ///
    /// - `start` and `length` were returned, in this order, for one column of the row,
    ///   by the function of its class (INV-4).
    unsafe fn slice(&self, start: *const u8, length: c_int) -> Result<&'stmt [u8], Error> {
        if start.is_null() {
            // An empty blob, or no memory.
            let connection = self.statement.connection.raw.as_ptr();
            // SAFETY: the connection is open (INV-1).
            return match unsafe { ffi::sqlite3_errcode(connection) } & 0xff {
                // SAFETY: the connection is open (INV-1).
                ffi::SQLITE_NOMEM => Err(unsafe { Error::last(connection, ffi::SQLITE_NOMEM) }),
                _ => Ok(&[]),
            };
        }
        // SAFETY: `start` is not null and leads to as many bytes as SQLite says, which
        // it neither moves nor changes until the statement is used again (caller), and
        // that needs `&mut`, which the row has for `'stmt` (INV-3).
        Ok(unsafe { slice::from_raw_parts(start, length.try_into().unwrap_or_default()) })
    }
}
