//! What must be in no file that leaves the house: paths of the building machine, and keys.

use std::{env, path::Path};

use crate::Files;

/// LiteLLM's keys are `sk-` and 22 characters; shorter ones are examples.
const KEY_CHARACTERS: usize = 20;

/// The paths by which a file would tell where it was built.
pub struct Machine {
    paths: Vec<String>,
}

impl Machine {
    pub fn of_builder(root: &Path) -> Machine {
        let folders = ["HOME", "CARGO_HOME", "RUSTUP_HOME"].map(|name| env::var(name).unwrap_or_default());
        let folders = folders.into_iter().chain([root.display().to_string()]);
        let mut paths = vec!["/.cargo/".to_owned(), "/.rustup/".to_owned()];
        // With the slash, so that `/root` does not find `/rooted`; `/` alone is no home worth looking for.
        paths.extend(
            folders.filter(|folder| folder.len() > 1).map(|folder| format!("{}/", folder.trim_end_matches('/'))),
        );
        Machine { paths }
    }

    pub fn problems(&self, files: &Files) -> Vec<String> {
        let mut problems = Vec::new();
        for (path, bytes) in files {
            for folder in self.paths.iter().filter(|folder| contains(bytes, folder.as_bytes())) {
                problems.push(format!(
                    "{path} holds a path of this machine ({folder}…): for the module set --remap-path-prefix, otherwise take it out"
                ));
            }
            if let Some(start) = key_start(bytes) {
                problems.push(format!(
                    "{path} holds what looks like a key ({start}…): take it out, and revoke it if it is real"
                ));
            }
        }
        problems
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The first characters of something like `sk-` with a long random tail; enough to find it, too few to use it.
fn key_start(bytes: &[u8]) -> Option<String> {
    let of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    bytes.windows(3).enumerate().filter(|(_, window)| window == b"sk-").find_map(|(at, _)| {
        let inside_word = at > 0 && of_key(&bytes[at - 1]);
        let tail: Vec<u8> = bytes[at + 3..].iter().copied().take_while(of_key).take(KEY_CHARACTERS).collect();
        // In a module texts lie side by side, so the length alone says little: a random tail mixes all three kinds.
        let random = tail.len() == KEY_CHARACTERS
            && tail.iter().any(u8::is_ascii_digit)
            && tail.iter().any(u8::is_ascii_uppercase)
            && tail.iter().any(u8::is_ascii_lowercase);
        (!inside_word && random).then(|| String::from_utf8_lossy(&bytes[at..at + 7]).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_words_and_examples() {
        assert_eq!(key_start(b"key: sk-Ab3dEf6hIj9lMn2pQr5tUv"), Some("sk-Ab3d".to_owned()));
        for harmless in ["sk-your-virtual-key-goes-here", "task-Ab3dEf6hIj9lMn2pQr5tUv", "sk-…oxHw", "sk-1234", "sk-"]
        {
            assert_eq!(key_start(harmless.as_bytes()), None, "{harmless}");
        }
    }

    #[test]
    fn a_path_of_the_builder_is_found_inside_a_binary_file() {
        let machine = Machine::of_builder(Path::new("/srv/build/tree"));
        let files = Files::from([("a.wasm".to_owned(), b"\0\0/srv/build/tree/src/lib.rs\0".to_vec())]);
        assert_eq!(machine.problems(&files).len(), 1);
        let files = Files::from([("a.wasm".to_owned(), b"\0\0/srv/build/treehouse /rustc/lib.rs\0".to_vec())]);
        assert_eq!(machine.problems(&files), Vec::<String>::new());
    }
}
