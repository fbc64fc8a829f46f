//! Builds what the browser loads, and embeds it and the texts into the binary.
//!
//! 1. `locales/<language>/*.ftl` become one list (`locales.rs`).
//! 2. `npm ci` puts esbuild into OUT_DIR (only when the package files changed), esbuild bundles every file that stands
//!    directly in `static/js` and `static/css` (folders below hold their parts).
//! 3. Every result gets its content's hash into its name and a gzip form beside it (`assets.rs`).

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    for watched in ["build.rs", "package.json", "package-lock.json", ".npmrc", "static", "locales", "migrations"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            for line in sentence.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Outcome<()> {
    let root = folder("CARGO_MANIFEST_DIR")?;
    let out = folder("OUT_DIR")?;
    embed_locales(&root, &out)?;
    let browser = out.join("browser");
    install(&root, &browser)?;
    let dist = bundle(&root, &browser)?;
    embed_assets(&root, &browser, &dist, &out)
}

fn folder(variable: &str) -> Outcome<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {variable}"))
}

// ---- texts -------------------------------------------------------------------------------------------------------

fn embed_locales(root: &Path, out: &Path) -> Outcome<()> {
    let mut code = String::from(
        "/// Every text file: the language's tag and the content.\nstatic LOCALE_FILES: &[(&str, &str)] = &[\n",
    );
    for language in files_in(&root.join("locales"))?.iter().filter(|path| path.is_dir()) {
        for file in files_in(language)?.iter().filter(|path| has_extension(path, "ftl")) {
            let _ = writeln!(code, "    ({:?}, include_str!({:?})),", name_of(language)?, file);
        }
    }
    code.push_str("];\n");
    write(&out.join("locales.rs"), code.as_bytes())
}

// ---- packages ----------------------------------------------------------------------------------------------------

/// `npm ci` in OUT_DIR, so that the source tree stays as it is; again only when the package files change.
fn install(root: &Path, browser: &Path) -> Outcome<()> {
    fs::create_dir_all(browser).map_err(|error| format!("cannot make {}: {error}", browser.display()))?;
    let mut wanted = Vec::new();
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        let content = read(&root.join(file))?;
        write(&browser.join(file), &content)?;
        wanted.extend_from_slice(&content);
    }
    let stamp = browser.join("installed.sha256");
    let fingerprint = hash_of(&wanted);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == fingerprint) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm)
        .args(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(browser))?;
    write(&stamp, fingerprint.as_bytes())
}

fn run(command: &mut Command) -> Outcome<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{program} failed ({}) while the browser files were built:\n{said}", output.status))
        }
        Err(error) => Err(format!(
            "{program} could not be started ({error}). Rebook bundles its browser files while it is compiled: \
             install Node.js 18 or newer with npm, then run the build again."
        )),
    }
}

// ---- bundles -----------------------------------------------------------------------------------------------------

fn bundle(root: &Path, browser: &Path) -> Outcome<PathBuf> {
    let dist = browser.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(|error| format!("cannot empty {}: {error}", dist.display()))?;
    }
    let mut esbuild = Command::new("node");
    esbuild.arg(browser.join("node_modules/esbuild/bin/esbuild"));
    for kind in ["js", "css"] {
        esbuild.args(files_in(&root.join("static").join(kind))?.iter().filter(|path| has_extension(path, kind)));
    }
    esbuild.args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    esbuild.args(["--target=es2022,chrome109,firefox115,safari16", "--entry-names=[name]"]);
    // Packages lie in OUT_DIR, away from the files that import them.
    esbuild.env("NODE_PATH", browser.join("node_modules"));
    esbuild.arg(format!("--outdir={}", dist.display())).current_dir(root);
    run(&mut esbuild)?;
    for file in ["swagger-ui.css", "swagger-ui-bundle.js"] {
        let content = read(&browser.join("node_modules/swagger-ui-dist").join(file))?;
        write(&dist.join(file), &content)?;
    }
    Ok(dist)
}

fn embed_assets(root: &Path, browser: &Path, dist: &Path, out: &Path) -> Outcome<()> {
    let mut code = String::from("/// Every file the browser may load.\nstatic ASSETS: &[Asset] = &[\n");
    let packed = browser.join("packed");
    fs::create_dir_all(&packed).map_err(|error| format!("cannot make {}: {error}", packed.display()))?;
    let mut sources = files_in(dist)?;
    sources.extend(files_in(&root.join("static/images"))?);
    for file in sources.iter().filter(|path| path.is_file()) {
        let content = read(file)?;
        let gzip = packed.join(format!("{}.gz", name_of(file)?));
        write(&gzip, &compressed(&content)?)?;
        let name = name_of(file)?;
        let (stem, extension) = name.rsplit_once('.').ok_or_else(|| format!("{name} has no extension"))?;
        let hash: String = hash_of(&content).chars().take(10).collect();
        let _ = writeln!(
            code,
            "    Asset {{ name: {name:?}, url: \"/assets/{stem}.{hash}.{extension}\", content: include_bytes!({file:?}), \
             gzip: include_bytes!({gzip:?}) }},"
        );
    }
    code.push_str("];\n\n/// Every icon, by its name.\nstatic ICONS: &[(&str, &str)] = &[\n");
    for file in files_in(&root.join("static/icons"))?.iter().filter(|path| has_extension(path, "svg")) {
        let markup = String::from_utf8_lossy(&read(file)?).trim().to_owned();
        let name = name_of(file)?.trim_end_matches(".svg").to_owned();
        let _ = writeln!(code, "    ({name:?}, {markup:?}),");
    }
    code.push_str("];\n");
    write(&out.join("assets.rs"), code.as_bytes())
}

fn compressed(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|error| format!("gzip failed: {error}"))
}

// ---- files -------------------------------------------------------------------------------------------------------

/// The entries of a folder, sorted, so that the same sources give the same binary.
fn files_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn name_of(path: &Path) -> Outcome<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| format!("{} has no readable name", path.display()))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Outcome<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    fs::write(path, content).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn hash_of(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
