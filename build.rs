//! Compiles the C side of the exercises that have one.
//!
//! Nothing happens for a feature that is off: exercises 1 to 5 never need a C
//! compiler. Where one is missing, one warning says so, the cfg `c_side` stays
//! unset, and the suites of these exercises report that they were skipped.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(c_side)");
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "c")]
    c_side::build();
}

#[cfg(feature = "c")]
mod c_side {
    use std::env;
    use std::fs;
    use std::path::Path;
    use std::process::Stdio;

    /// Feature, name of the library, sources in `csrc/`.
    const LIBRARIES: [(&str, &str, &[&str]); 4] = [
        ("EX6", "workbook_layout", &["layout.c"]),
        ("EX7", "workbook_image", &["image/image.c"]),
        ("EX8", "workbook_events", &["events.c"]),
        ("EX9", "workbook_client", &["ex9_client.c"]),
    ];

    pub fn build() {
        println!("cargo::rerun-if-changed=csrc");
        println!("cargo::rerun-if-env-changed=WORKBOOK_WERROR");
        // Miri interprets Rust: the suites bring stand-ins in Rust.
        if env::var_os("CARGO_CFG_MIRI").is_some() {
            return;
        }
        if !compiler_works() {
            println!(
                "cargo::warning=no C compiler found: exercises 6 to 9 are skipped \
                 (`just doctor` names the command that installs one)"
            );
            return;
        }
        println!("cargo::rustc-cfg=c_side");
        let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
        println!("cargo::rustc-link-search=native={out}");
        for (feature, library, sources) in LIBRARIES {
            if env::var_os(format!("CARGO_FEATURE_{feature}")).is_none() {
                continue;
            }
            let mut build = cc::Build::new();
            build
                .std("c11")
                .include("csrc")
                .warnings(true)
                .extra_warnings(true)
                .flag_if_supported("-Wpedantic")
                .warnings_into_errors(env::var_os("WORKBOOK_WERROR").is_some());
            for source in sources {
                build.file(Path::new("csrc").join(source));
            }
            // Linked into programs, not packed into our own library: what that one
            // defines is then the student's, and the grader can look at it.
            build.cargo_metadata(false).compile(library);
            println!("cargo::rustc-link-lib=static:-bundle={library}");
        }
    }

    /// Whether the compiler that `cc` would use compiles one line of C.
    fn compiler_works() -> bool {
        let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
        let source = Path::new(&out).join("probe.c");
        let object = Path::new(&out).join("probe.o");
        fs::write(&source, "int probe(void) { return 0; }\n").expect("OUT_DIR is writable");
        let Ok(tool) =
            cc::Build::new().cargo_metadata(false).cargo_warnings(false).try_get_compiler()
        else {
            return false;
        };
        let mut command = tool.to_command();
        if tool.is_like_msvc() {
            command.arg("/c").arg(format!("/Fo{}", object.display()));
        } else {
            command.arg("-c").arg("-o").arg(&object);
        }
        command
            .arg(&source)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}
