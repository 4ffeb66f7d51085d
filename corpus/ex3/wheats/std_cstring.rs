//! design: std's CString in a new coat: the capacity is a number, memory comes when it is needed
use std::cmp::Ordering;
use std::ffi::{self, CStr, c_char};
use std::str::Utf8Error;

pub struct CString {
    inner: ffi::CString,
    capacity: usize,
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        let inner = ffi::CString::new(s).map_err(|_| "interior NUL")?;
        Ok(CString { inner, capacity: s.len() })
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        let mut this = Self::new(s)?;
        if s.len() > capacity || capacity >= isize::MAX.unsigned_abs() {
            return Err("the capacity does not do");
        }
        this.capacity = capacity;
        Ok(this)
    }

    pub fn len(&self) -> usize {
        self.inner.count_bytes()
    }

    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("does not fit");
        }
        self.inner = other.inner.clone();
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if self.len() + other.len() > self.capacity {
            return Err("does not fit");
        }
        let joined = [self.as_bytes(), other.as_bytes()].concat();
        self.inner = ffi::CString::new(joined).map_err(|_| "interior NUL")?;
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        CStr::cmp(&self.inner, &other.inner)
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.inner.as_bytes()
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        self.inner.to_str()
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.inner.as_ptr()
    }
}
