//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
#[derive(Clone, Copy)]
#[repr(C)]
union Payload {
    count: u64, // what `kind` names when it is not a text
    text: [u8; 20],
}

fn digest(payload: &Payload) -> u32 {
    // SAFETY: all 20 bytes were written: `payload` began as its longest member.
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
    let mut text = [0; 20];
    text[..4].copy_from_slice(b"rain");
    println!("{} bytes are not zero", digest(&Payload { text }));
    println!("{} bytes are not zero", digest(&Payload { text: [0; 20] }));
}
// ANCHOR_END: all
