//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// One thread of `count_one`, cut at every access to memory that is shared.
#[derive(Clone, Copy, Default)]
struct Thread {
    steps: u32,
    before: u32,
}

impl Thread {
    fn step(&mut self, counter: &mut u32) {
        match self.steps {
            0 => self.before = *counter,
            _ => *counter = self.before + 1,
        }
        self.steps += 1;
    }
}

/// Goes on in every possible way; `path` says which thread made each step.
fn explore(threads: [Thread; 2], counter: u32, path: String) {
    if threads.iter().all(|thread| thread.steps == 2) {
        let verdict = if counter == 2 { "" } else { ": an update is lost" };
        println!("{path}: {counter}{verdict}");
    }
    for (number, name) in ["A", "B"].iter().enumerate() {
        let (mut threads, mut counter) = (threads, counter);
        if threads[number].steps < 2 {
            threads[number].step(&mut counter);
            explore(threads, counter, format!("{path}{name}"));
        }
    }
}

fn main() {
    explore([Thread::default(); 2], 0, String::new());
}
// ANCHOR_END: all
