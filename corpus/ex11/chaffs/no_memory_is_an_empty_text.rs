//! defect: a null text is taken for an empty one
//! class: errors
//! stage: stable
//! shows: no memory looks like no text
//! caught_by: memory::no_memory_is_an_error

use std::ffi::{CStr, CString, c_char, c_double, c_int, c_void};
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::ptr::{null, null_mut};

use sqlite_bindings as _;

unsafe extern "C" {
    fn sqlite3_open(path: *const c_char, db: *mut *mut c_void) -> c_int;
    fn sqlite3_close(db: *mut c_void) -> c_int;
    fn sqlite3_errmsg(db: *mut c_void) -> *const c_char;
    fn sqlite3_extended_errcode(db: *mut c_void) -> c_int;
    fn sqlite3_exec(
        db: *mut c_void,
        sql: *const c_char,
        callback: *const c_void,
        user: *mut c_void,
        message: *mut *mut c_char,
    ) -> c_int;
    fn sqlite3_free(block: *mut c_char);
    fn sqlite3_changes64(db: *mut c_void) -> i64;
    fn sqlite3_prepare_v2(
        db: *mut c_void,
        sql: *const c_char,
        length: c_int,
        statement: *mut *mut c_void,
        tail: *mut *const c_char,
    ) -> c_int;
    fn sqlite3_finalize(statement: *mut c_void) -> c_int;
    fn sqlite3_step(statement: *mut c_void) -> c_int;
    fn sqlite3_reset(statement: *mut c_void) -> c_int;
    fn sqlite3_bind_parameter_count(statement: *mut c_void) -> c_int;
    fn sqlite3_bind_parameter_index(statement: *mut c_void, name: *const c_char) -> c_int;
    fn sqlite3_bind_null(statement: *mut c_void, index: c_int) -> c_int;
    fn sqlite3_bind_int64(statement: *mut c_void, index: c_int, value: i64) -> c_int;
    fn sqlite3_bind_double(statement: *mut c_void, index: c_int, value: c_double) -> c_int;
    fn sqlite3_bind_text(
        statement: *mut c_void,
        index: c_int,
        text: *const u8,
        length: c_int,
        destructor: isize,
    ) -> c_int;
    fn sqlite3_bind_blob(
        statement: *mut c_void,
        index: c_int,
        bytes: *const u8,
        length: c_int,
        destructor: isize,
    ) -> c_int;
    fn sqlite3_data_count(statement: *mut c_void) -> c_int;
    fn sqlite3_column_type(statement: *mut c_void, column: c_int) -> c_int;
    fn sqlite3_column_int64(statement: *mut c_void, column: c_int) -> i64;
    fn sqlite3_column_double(statement: *mut c_void, column: c_int) -> c_double;
    fn sqlite3_column_text(statement: *mut c_void, column: c_int) -> *const u8;
    fn sqlite3_column_blob(statement: *mut c_void, column: c_int) -> *const u8;
    fn sqlite3_column_bytes(statement: *mut c_void, column: c_int) -> c_int;
}

const TRANSIENT: isize = -1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: i32,
    message: String,
}

impl Error {
    pub fn code(&self) -> i32 {
        self.code
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    fn of(db: *mut c_void) -> Error {
        unsafe {
            let text = CStr::from_ptr(sqlite3_errmsg(db));
            Error {
                code: sqlite3_extended_errcode(db),
                message: text.to_string_lossy().into_owned(),
            }
        }
    }
}

fn own<T>(code: i32, message: &str) -> Result<T, Error> {
    Err(Error { code, message: message.to_string() })
}

const NOMEM: i32 = 7;
const MISMATCH: i32 = 20;
const MISUSE: i32 = 21;
const RANGE: i32 = 25;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Error {}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

pub struct Connection {
    db: *mut c_void,
}

unsafe impl Send for Connection {}

impl Connection {
    pub fn open(path: impl AsRef<Path>) -> Result<Connection, Error> {
        let Some(Ok(path)) = path.as_ref().to_str().map(CString::new) else {
            return own(MISUSE, "no path for SQLite");
        };
        let mut db = null_mut();
        let code = unsafe { sqlite3_open(path.as_ptr(), &mut db) };
        let connection = Connection { db };
        if code != 0 {
            return Err(Error::of(connection.db));
        }
        Ok(connection)
    }

    pub fn open_in_memory() -> Result<Connection, Error> {
        Connection::open(":memory:")
    }

    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let mut statement = self.prepare(sql)?;
        if statement.parameter_count() != values.len() {
            return own(RANGE, "wrong number of values");
        }
        for (i, value) in values.iter().enumerate() {
            statement.bind(i + 1, *value)?;
        }
        while statement.step()?.is_some() {}
        Ok(unsafe { sqlite3_changes64(self.db) } as u64)
    }

    pub fn execute_batch(&self, sql: &str) -> Result<(), Error> {
        let Ok(sql) = CString::new(sql) else {
            return own(MISUSE, "a NUL in SQL");
        };
        let mut message = null_mut();
        let code =
            unsafe { sqlite3_exec(self.db, sql.as_ptr(), null(), null_mut(), &mut message) };
        let result = if code == 0 { Ok(()) } else { Err(Error::of(self.db)) };
        unsafe { sqlite3_free(message) };
        result
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>, Error> {
        let Ok(sql) = CString::new(sql) else {
            return own(MISUSE, "a NUL in SQL");
        };
        let (statement, tail) = self.compile(&sql)?;
        if statement.raw.is_null() {
            return own(MISUSE, "no statement");
        }
        if !self.compile(tail)?.0.raw.is_null() {
            return own(MISUSE, "more than one statement");
        }
        Ok(statement)
    }

    fn compile<'s>(&self, sql: &'s CStr) -> Result<(Statement<'_>, &'s CStr), Error> {
        let (mut raw, mut tail) = (null_mut(), sql.as_ptr());
        let code =
            unsafe { sqlite3_prepare_v2(self.db, sql.as_ptr(), -1, &mut raw, &mut tail) };
        if code != 0 {
            return Err(Error::of(self.db));
        }
        let statement =
            Statement { raw, db: self.db, is_done: false, _connection: PhantomData };
        Ok((statement, unsafe { CStr::from_ptr(tail) }))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        unsafe { sqlite3_close(self.db) };
    }
}

pub struct Statement<'conn> {
    raw: *mut c_void,
    db: *mut c_void,
    is_done: bool,
    _connection: PhantomData<&'conn Connection>,
}

impl Statement<'_> {
    pub fn parameter_count(&self) -> usize {
        unsafe { sqlite3_bind_parameter_count(self.raw) as usize }
    }

    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        let name = CString::new(name).ok()?;
        match unsafe { sqlite3_bind_parameter_index(self.raw, name.as_ptr()) } {
            0 => None,
            index => Some(index as usize),
        }
    }

    pub fn bind(&mut self, index: usize, value: Value<'_>) -> Result<(), Error> {
        if index == 0 || index > self.parameter_count() {
            return own(RANGE, "no such parameter");
        }
        let (raw, at) = (self.raw, index as c_int);
        let length = |length: usize| c_int::try_from(length).unwrap_or(c_int::MAX);
        let code = unsafe {
            match value {
                Value::Null => sqlite3_bind_null(raw, at),
                Value::Integer(number) => sqlite3_bind_int64(raw, at, number),
                Value::Real(number) => sqlite3_bind_double(raw, at, number),
                Value::Text(text) => {
                    sqlite3_bind_text(raw, at, text.as_ptr(), length(text.len()), TRANSIENT)
                }
                Value::Blob(bytes) => {
                    sqlite3_bind_blob(raw, at, bytes.as_ptr(), length(bytes.len()), TRANSIENT)
                }
            }
        };
        if code != 0 {
            return Err(Error::of(self.db));
        }
        Ok(())
    }

    pub fn step(&mut self) -> Result<Option<Row<'_>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        match unsafe { sqlite3_step(self.raw) } {
            100 => Ok(Some(Row { raw: self.raw, db: self.db, _statement: PhantomData })),
            101 => {
                self.is_done = true;
                Ok(None)
            }
            _ => {
                let error = Error::of(self.db);
                self.reset();
                Err(error)
            }
        }
    }

    pub fn reset(&mut self) {
        self.is_done = false;
        unsafe { sqlite3_reset(self.raw) };
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        unsafe { sqlite3_finalize(self.raw) };
    }
}

pub struct Row<'stmt> {
    raw: *mut c_void,
    db: *mut c_void,
    _statement: PhantomData<&'stmt mut ()>,
}

impl<'stmt> Row<'stmt> {
    #[allow(clippy::len_without_is_empty, reason = "a row has a column")]
    pub fn len(&self) -> usize {
        unsafe { sqlite3_data_count(self.raw) as usize }
    }

    pub fn value(&self, index: usize) -> Result<Value<'stmt>, Error> {
        if index >= self.len() {
            return own(RANGE, "no such column");
        }
        let column = index as c_int;
        match unsafe { sqlite3_column_type(self.raw, column) } {
            1 => Ok(Value::Integer(unsafe { sqlite3_column_int64(self.raw, column) })),
            2 => Ok(Value::Real(unsafe { sqlite3_column_double(self.raw, column) })),
            3 => match std::str::from_utf8(self.text(column)?) {
                Ok(text) => Ok(Value::Text(text)),
                Err(_) => own(MISMATCH, "a text that is not UTF-8"),
            },
            4 => self.blob(column).map(Value::Blob),
            _ => Ok(Value::Null),
        }
    }

    pub fn bytes(&self, index: usize) -> Result<Option<&'stmt [u8]>, Error> {
        if index >= self.len() {
            return own(RANGE, "no such column");
        }
        let column = index as c_int;
        match unsafe { sqlite3_column_type(self.raw, column) } {
            3 => self.text(column).map(Some),
            4 => self.blob(column).map(Some),
            _ => Ok(None),
        }
    }

    fn text(&self, column: c_int) -> Result<&'stmt [u8], Error> {
        let start = unsafe { sqlite3_column_text(self.raw, column) };
        let length = unsafe { sqlite3_column_bytes(self.raw, column) };
        if start.is_null() {
            return Ok(&[]);
        }
        Ok(unsafe { std::slice::from_raw_parts(start, length as usize) })
    }

    fn blob(&self, column: c_int) -> Result<&'stmt [u8], Error> {
        let start = unsafe { sqlite3_column_blob(self.raw, column) };
        let length = unsafe { sqlite3_column_bytes(self.raw, column) };
        if start.is_null() {
            if unsafe { sqlite3_extended_errcode(self.db) } & 0xff == NOMEM {
                return own(NOMEM, "out of memory");
            }
            return Ok(&[]);
        }
        Ok(unsafe { std::slice::from_raw_parts(start, length as usize) })
    }
}
