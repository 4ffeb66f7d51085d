# The verbs of the workbook. Every recipe is one line; `just` alone lists them.

export CARGO_TERM_PROGRESS_WHEN := env("CARGO_TERM_PROGRESS_WHEN", "auto")

workbook := "cargo run --quiet --package grader --"
host := `rustc -vV | sed -n 's/^host: //p'`

_default:
    @just --list --unsorted

# Judge exercises: `just check ex2`, `just check 2 my-box`, or all of them.
[group('student')]
[no-exit-message]
check *EX:
    @{{workbook}} check {{EX}}

# Judge again at every save.
[group('student')]
watch *EX:
    @{{workbook}} watch {{EX}}

# The next hint, for the first failing test where there is one.
[group('student')]
hint EX *TEST:
    @{{workbook}} hint {{EX}} {{TEST}}

# Every exercise with its score.
[group('student')]
list:
    @{{workbook}} list

# Where to go on.
[group('student')]
next:
    @{{workbook}} next

# The model solution, once yours passes.
[group('student')]
solution EX *ARGS:
    @{{workbook}} solution {{EX}} {{ARGS}}

# The stub again; your file is kept beside it.
[group('student')]
reset EX:
    @{{workbook}} reset {{EX}}

# Your code under Miri, Stacked Borrows and Tree Borrows.
[group('student')]
[no-exit-message]
miri *EX:
    @{{workbook}} miri {{EX}}

# What is installed, what is missing, and how to get it.
[group('student')]
doctor:
    @{{workbook}} doctor

# Your code under AddressSanitizer; `just asan ex2 solutions` for the solution.
[group('student')]
asan EX *MODE:
    WORKBOOK_AUDIT=off RUSTFLAGS=-Zsanitizer=address cargo +nightly test --quiet --target {{host}} --target-dir target/asan --no-default-features --features "{{EX}} {{MODE}}" --test '{{EX}}_*' -- --skip compile_fail

# Your code under valgrind; `just valgrind ex2 solutions` for the solution.
[group('student')]
valgrind EX *MODE:
    WORKBOOK_AUDIT=off CARGO_TARGET_{{uppercase(replace(host, "-", "_"))}}_RUNNER='valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9' cargo test --quiet --no-default-features --features "{{EX}} {{MODE}}" --test '{{EX}}_*' -- --skip compile_fail

# Every suite against the model solutions.
[group('author')]
test:
    cargo test --features solutions

# What CI runs.
[group('author')]
ready:
    bash .ci/run

# Formatting and lints, of solutions, stubs and tools.
[group('author')]
lint:
    cargo fmt --all --check && cargo clippy --quiet --workspace --all-targets --features solutions -- -D warnings && cargo clippy --quiet --lib -- -D warnings && ! grep -rniE 'SAFETY:.*(see above|as above|obviously|should)' solutions exercises tests book/listings grader benches bindings

# The course checks itself: stubs, solutions, hints, points.
[group('author')]
[no-exit-message]
verify *EX:
    @{{workbook}} verify {{EX}}

# Judge the suites: every wheat, chaff and cheat of corpus/.
[group('author')]
[no-exit-message]
corpus *ARGS:
    @{{workbook}} corpus {{ARGS}}

# Write the expected compiler output of the compile-fail cases anew.
[group('author')]
bless EX:
    TRYBUILD=overwrite cargo test --quiet --no-default-features --features {{EX}},solutions --test '{{EX}}_*' -- compile_fail

# Mutation testing of the solutions, by the grader (needs cargo-mutants and Python).
[group('author')]
[no-exit-message]
mutants *EX:
    @.ci/mutants {{EX}}

# The speed of a check against plain cargo, as ratios.
[group('author')]
bench-check:
    bash .ci/bench-check

# The C program of ex9 against the solution as a static library. Needs a C compiler.
[group('author')]
client:
    cargo rustc --quiet --no-default-features --features ex9,solutions --lib --crate-type staticlib --target-dir target/client && cc -std=c11 -Wall -Wextra -Wpedantic -Werror -DEX9_MAIN -Icsrc csrc/ex9_client.c target/client/debug/libunsafe_workbook.a -lpthread -ldl -lm -o target/client/ex9_client && target/client/ex9_client

# csrc/ex9.h, made again from the solution. Needs `cargo install --locked cbindgen`.
[group('author')]
header:
    cbindgen --config cbindgen.toml --quiet --output csrc/ex9.h solutions/ex9_exporting.rs

# The declarations of ex11, made again by bindgen from SQLite's header. Needs libclang.
[group('author')]
bindings *ARGS:
    cargo run --quiet --manifest-path bindings/generate/Cargo.toml --target-dir target/bindings -- {{ARGS}}

# What FFI costs, and ex11 against rusqlite, as ratios; `just bench solutions` for the solution.
[group('student')]
bench *MODE:
    cargo run --quiet --release --manifest-path benches/Cargo.toml --target-dir target/benches --features "{{MODE}}"

# ThreadSanitizer on the solution of ex8. Needs `rustup component add rust-src --toolchain nightly`.
[group('author')]
tsan EX="ex8":
    WORKBOOK_AUDIT=off CFLAGS=-fsanitize=thread RUSTFLAGS=-Zsanitizer=thread cargo +nightly test --quiet -Zbuild-std --target {{host}} --target-dir target/tsan --no-default-features --features "{{EX}} solutions" --test '{{EX}}_*' -- --skip compile_fail

# Fuzz ex3_c_string, ex7_image or ex9_exporting. Needs `cargo install --locked cargo-fuzz` and a nightly toolchain.
[group('author')]
fuzz TARGET SECONDS="600":
    CFLAGS=-fsanitize=address cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}} -timeout=10

# The listings of the book: compile, run, compare; `--bless` writes transcripts.
[group('author')]
listings *ARGS:
    cargo run --quiet --package workbook-book --bin listings -- {{ARGS}}

# The book, built and served on http://localhost:3000 (needs mdbook).
[group('student')]
book:
    mdbook serve book --open

# The book checked: listings, pages, coverage, build, links, a real browser.
[group('author')]
book-test:
    bash .ci/book-test
