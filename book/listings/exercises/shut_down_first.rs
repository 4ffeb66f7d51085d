//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
struct Library;

impl Drop for Library {
    fn drop(&mut self) {
        println!("the library is shut down");
    }
}

struct Handle;

impl Drop for Handle {
    fn drop(&mut self) {
        println!("the repository is freed");
    }
}

struct Repository {
    _library: Library, // initialised first, so it stands first
    _handle: Handle,
}

fn main() {
    let library = Library;
    let handle = Handle;
    drop(Repository { _library: library, _handle: handle });
}
// ANCHOR_END: all
