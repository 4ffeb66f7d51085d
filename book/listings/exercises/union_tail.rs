//@ run: undefined
//@ miri: stacked=ub tree=ub
//@ debug: silent
//@ asan: silent
//@ valgrind: uninitialised

// ANCHOR: all
#[derive(Clone, Copy)]
#[repr(C)]
union Payload {
    count: u64,
    text: [u8; 20],
}

/// The stand-in for C: it looks at all 20 bytes.
fn digest(payload: &Payload) -> u32 {
    // SAFETY: somebody has written the text.
    let text = unsafe { payload.text };
    let mut digest = 0;
    for byte in text {
        if byte != 0 {
            digest += 1;
        }
    }
    digest
}

fn main() {
    let mut payload = Box::new(Payload { count: 0 });
    for (place, byte) in b"rain".iter().enumerate() {
        // SAFETY: writes four bytes of the member, and reads none.
        unsafe { (&raw mut payload.text).cast::<u8>().add(place).write(*byte) };
    }
    assert!(digest(&payload) >= 4);
}
// ANCHOR_END: all
