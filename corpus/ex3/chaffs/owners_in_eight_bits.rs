//! defect: the owners of a block are counted in eight bits
//! class: memory
//! stage: stable
//! shows: a block with 256 owners is freed by the first that ends
//! caught_by: memory::many_strings_live_at_once

use std::cmp::Ordering;
use std::ffi::c_char;
use std::str::Utf8Error;
use std::sync::atomic::{AtomicU8, Ordering as Order, fence};

/// The bytes with their terminator, and how many strings share them.
struct Block {
    owners: AtomicU8,
    bytes: Vec<u8>,
}

pub struct CString {
    block: *mut Block,
    capacity: usize,
}

// SAFETY: a block is never changed while it is shared, and its owners are counted atomically.
unsafe impl Send for CString {}
// SAFETY: as above.
unsafe impl Sync for CString {}

fn block(bytes: Vec<u8>) -> *mut Block {
    Box::into_raw(Box::new(Block { owners: AtomicU8::new(1), bytes }))
}

impl CString {
    pub fn new(s: &str) -> Result<Self, &'static str> {
        CString::with_capacity(s, s.len())
    }

    pub fn with_capacity(s: &str, capacity: usize) -> Result<Self, &'static str> {
        if s.contains('\0') {
            return Err("NUL inside");
        }
        if s.len() > capacity {
            return Err("too long");
        }
        if capacity >= isize::MAX as usize {
            return Err("capacity overflow");
        }
        let mut bytes = Vec::from(s);
        bytes.push(0);
        Ok(CString { block: block(bytes), capacity })
    }

    fn shared(&self) -> &Block {
        // SAFETY: the block lives as long as one of its owners.
        unsafe { &*self.block }
    }

    pub fn len(&self) -> usize {
        self.shared().bytes.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    fn give_up(&mut self) {
        if self.shared().owners.fetch_sub(1, Order::Release) == 1 {
            fence(Order::Acquire);
            // SAFETY: that was the last owner.
            drop(unsafe { Box::from_raw(self.block) });
        }
    }

    pub fn copy_from(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity {
            return Err("too long");
        }
        other.shared().owners.fetch_add(1, Order::Relaxed);
        self.give_up();
        self.block = other.block;
        Ok(())
    }

    pub fn append(&mut self, other: &CString) -> Result<(), &'static str> {
        if other.len() > self.capacity - self.len() {
            return Err("too long");
        }
        let mut bytes = self.as_bytes().to_vec();
        bytes.extend_from_slice(&other.shared().bytes);
        self.give_up();
        self.block = block(bytes);
        Ok(())
    }

    pub fn compare(&self, other: &CString) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.shared().bytes[..self.len()]
    }

    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.shared().bytes.as_ptr().cast()
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        self.give_up();
    }
}
