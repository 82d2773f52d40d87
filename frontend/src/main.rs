//! Mounts the app into the page that PHP printed.

fn main() {
    dashboard::start();
}
