//! `msg!("…")` and `plural!("…", "…")` in Rust, also inside of other macros, and not in what is compiled for tests only.

use std::fs;

use anyhow::{Context, Result};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{
    Attribute, ImplItem, Item,
    parse::{ParseStream, Parser},
    visit::{self, Visit},
};

use super::Found;
use crate::repo::{Repo, walk};

/// Each file with what is in it.
pub fn of_folder(repo: &Repo, folder: &str) -> Result<Vec<(String, Found)>> {
    let place = repo.root.join(folder);
    let sources = if place.is_dir() { walk(&place)? } else { Vec::new() };
    let (mut files, mut tests) = (Vec::new(), Vec::new());
    for (path, place) in sources.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = fs::read_to_string(place).with_context(|| format!("cannot read {}", place.display()))?;
        let mut reader = Reader::default();
        reader.read(&source);
        tests.extend(reader.test_modules.iter().map(|name| format!("{}{name}", children_of(path))));
        files.push((path, reader.found));
    }
    let for_tests = |path: &str| {
        let module = path.trim_end_matches(".rs");
        tests.iter().any(|test| module == test || module.strip_prefix(test).is_some_and(|rest| rest.starts_with('/')))
    };
    Ok(files
        .into_iter()
        .filter(|(path, _)| !for_tests(path))
        .map(|(path, found)| (format!("{folder}/{path}"), found))
        .collect())
}

/// Where the modules lie that a file declares: `pages/` for `pages.rs` and `pages/mod.rs`.
fn children_of(path: &str) -> String {
    let module = path.trim_end_matches(".rs");
    let (folder, name) = module.rsplit_once('/').map_or(("", module), |(folder, name)| (folder, name));
    match (folder, name) {
        ("", "lib" | "main") => String::new(),
        (_, "mod") => format!("{folder}/"),
        _ => format!("{module}/"),
    }
}

#[derive(Default)]
struct Reader {
    found: Found,
    /// `#[cfg(test)] mod …;`
    test_modules: Vec<String>,
}

impl Reader {
    fn read(&mut self, source: &str) {
        match syn::parse_file(source) {
            Ok(file) => self.visit_file(&file),
            Err(error) => self.problem(error.span(), &format!("is not Rust: {error}")),
        }
    }

    fn problem(&mut self, at: Span, what: &str) {
        self.found.problems.push(format!("{}: {what}", at.start().line));
    }

    /// The tokens of a macro are not Rust's; only what looks like one of ours is read in them.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match (token, tokens.get(at + 1), tokens.get(at + 2)) {
                (TokenTree::Ident(name), Some(TokenTree::Punct(mark)), Some(TokenTree::Group(arguments)))
                    if mark.as_char() == '!' =>
                {
                    self.call(&name.to_string(), arguments.stream(), name.span());
                }
                (TokenTree::Ident(name), Some(TokenTree::Punct(_)), Some(TokenTree::Punct(_))) => {
                    if let Some(TokenTree::Ident(method)) = tokens.get(at + 3) {
                        self.path(&name.to_string(), &method.to_string(), name.span());
                    }
                }
                _ => {}
            }
            if let TokenTree::Group(group) = token {
                self.tokens(group.stream());
            }
        }
    }

    fn call(&mut self, name: &str, arguments: TokenStream, at: Span) {
        let wanted = match name {
            "msg" => 1,
            "plural" => 2,
            _ => return,
        };
        match texts.parse2(arguments) {
            Ok(texts) if texts.len() == wanted => match <[String; 2]>::try_from(texts) {
                Ok([one, other]) => self.found.plurals.push((one, other)),
                Err(texts) => self.found.texts.extend(texts),
            },
            _ => self.problem(at, &format!("{name}! takes {wanted} literal text(s), or concat! of such")),
        }
    }

    /// A text that is made in another way would be missing in the list.
    fn path(&mut self, owner: &str, method: &str, at: Span) {
        if matches!(owner, "Msg" | "Plural") && method == "new" {
            self.problem(at, &format!("{owner}::new is for msg! and plural! only: use those"));
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item
            && module.content.is_none()
        {
            self.test_modules.push(module.ident.to_string());
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        // Where the two are defined, their names stand for whatever they are given.
        if !item.ident.as_ref().is_some_and(|name| name == "msg" || name == "plural") {
            visit::visit_item_macro(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_test(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !is_test(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if !is_test(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.call(&name.ident.to_string(), call.tokens.clone(), name.ident.span());
        }
        self.tokens(call.tokens.clone());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let [.., owner, method] = path.segments.iter().collect::<Vec<_>>()[..] {
            self.path(&owner.ident.to_string(), &method.ident.to_string(), owner.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_use_rename(&mut self, rename: &'ast syn::UseRename) {
        if rename.ident == "msg" || rename.ident == "plural" {
            self.problem(rename.ident.span(), "a macro by another name is not found: use it by its own");
        }
    }
}

/// Literals, each of which may be put together by `concat!`, with commas between.
fn texts(input: ParseStream) -> syn::Result<Vec<String>> {
    let mut texts = Vec::new();
    while !input.is_empty() {
        texts.push(text(input)?);
        if !input.is_empty() {
            input.parse::<syn::Token![,]>()?;
        }
    }
    Ok(texts)
}

fn text(input: ParseStream) -> syn::Result<String> {
    if input.peek(syn::LitStr) {
        return Ok(input.parse::<syn::LitStr>()?.value());
    }
    let call: syn::Macro = input.parse()?;
    if !call.path.is_ident("concat") {
        return Err(input.error("a literal is wanted"));
    }
    Ok(texts.parse2(call.tokens)?.concat())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[test]`, `#[wasm_bindgen_test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`; not `#[cfg(not(test))]`, nor `any(test, …)`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is = |name: &str| attribute.path().segments.last().is_some_and(|last| last.ident == name);
        let cfg = || attribute.meta.require_list().map(|list| needs_test(list.tokens.clone()));
        is("test") || is("wasm_bindgen_test") || is("cfg") && cfg().unwrap_or_default()
    })
}

fn needs_test(condition: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = condition.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match (token, tokens.get(at + 1)) {
        (TokenTree::Ident(name), Some(TokenTree::Group(group))) if group.delimiter() == Delimiter::Parenthesis => {
            name == "all" && needs_test(group.stream())
        }
        (TokenTree::Ident(name), _) => name == "test",
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Found {
        let mut reader = Reader::default();
        reader.read(source);
        reader.found
    }

    #[test]
    fn texts_are_found_wherever_they_stand() {
        let found = read(
            r####"
            //! msg!("in a comment of the module")
            const LABEL: Msg = msg!("a constant"); /* msg!("in a comment") */
            static ALL: [(Msg, char); 2] = [(msg!("in a list"), '"'), (model::msg!("by its path"), '\'')];
            /// msg!("in a comment")
            fn of<'a>(x: &'a str) -> &'a str { let _ = "msg!(\"in a literal\")"; x }
            impl Kind { const fn label(self) -> Msg { match self { Kind::A => msg!("an arm"), _ => msg! { "braces" } } } }
            fn page() -> Rendered {
                let escaped = msg!("say \"hi\" \u{2026} to\
                    day, \x41 \\ ü");
                let raw = msg!(r#"raw "text""#,);
                let put = msg!(concat!("put ", "together"));
                let rows = rows.iter().map(|row| maud! {
                    td.name { (msg!("in markup")) @if row.on { span title=(t(msg!("in an attribute"))) { "msg!" } }
                        @for key in &keys { (tn(plural!("{count} key", "{count} keys"), key.n, &maud! { b { (msg!("nested")) } })) } }
                });
                view! { <p class:x=move || true>{move || tf(msg!("in a view"), &[("a", &t(msg!("and beside it")))])}</p> };
                vec![msg!("in another macro")]; !x; a != (b);
            }
            macro_rules! both { ($x:expr) => { ($x, msg!("in a macro's own text")) }; }
            "####,
        );
        assert_eq!(found.problems, Vec::<String>::new());
        assert_eq!(
            found.texts,
            [
                "a constant",
                "in a list",
                "by its path",
                "an arm",
                "braces",
                "say \"hi\" … today, A \\ ü",
                "raw \"text\"",
                "put together",
                "in markup",
                "in an attribute",
                "nested",
                "in a view",
                "and beside it",
                "in another macro",
                "in a macro's own text",
            ]
        );
        assert_eq!(found.plurals, [("{count} key".to_owned(), "{count} keys".to_owned())]);
    }

    #[test]
    fn what_is_for_tests_only_is_nobodys() {
        let found = read(
            r#"
            #[cfg(not(test))] fn shipped() -> Msg { msg!("shipped") }
            #[cfg(any(test, feature = "x"))] fn maybe() -> Msg { msg!("maybe") }
            #[cfg(test)] use model::msg as words;
            #[cfg(test)] mod tests { fn a() { msg!("no"); msg!(name); } #[test] fn b() {} }
            #[cfg(all(test, target_arch = "wasm32"))] fn c() { msg!("no"); }
            #[test] fn d() { msg!("no"); }
            struct A;
            impl A { #[cfg(test)] fn e() { msg!("no"); } }
            fn f() {
                #[cfg(test)] let x = msg!("no");
                match x { #[cfg(test)] 1 => msg!("no"), _ => msg!("last") }
            }"#,
        );
        assert_eq!(
            (found.texts, found.problems),
            (vec!["shipped".to_owned(), "maybe".to_owned(), "last".to_owned()], vec![])
        );
    }

    #[test]
    fn what_cannot_be_listed_is_told_with_its_line() {
        for (source, told) in [
            ("\nfn a(x: &'static str) { msg!(x); }", "2: msg! takes 1 literal"),
            ("fn a() { maud! { b {\n (msg!(x)) } } }", "2: msg! takes 1 literal"),
            ("fn a() { msg!(); }", "1: msg! takes 1 literal"),
            ("fn a() { msg!(\"a\", \"b\"); }", "1: msg! takes 1 literal"),
            ("fn a() { msg!(b\"a\"); }", "1: msg! takes 1 literal"),
            ("fn a() { msg!(5); }", "1: msg! takes 1 literal"),
            ("fn a() { msg!(\"a\".len()); }", "1: msg! takes 1 literal"),
            ("fn a() { msg!(format!(\"a\")); }", "1: msg! takes 1 literal"),
            ("\n\nfn a() { plural!(\"a\"); }", "3: plural! takes 2 literal"),
            ("fn a() { plural!(\"a\", other); }", "1: plural! takes 2 literal"),
            ("macro_rules! label { ($x:literal) => { msg!($x) }; }", "1: msg! takes 1 literal"),
            ("fn a() { Msg::new(x); }", "1: Msg::new is for"),
            ("fn a() { list.map(model::text::Msg::new); }", "1: Msg::new is for"),
            ("fn a() { view! { {Plural::new(x, y)} } }", "1: Plural::new is for"),
            ("use model::{msg as words};", "1: a macro by another name"),
            ("fn a() {\n", "is not Rust"),
        ] {
            let found = read(source);
            assert!(found.problems.iter().any(|problem| problem.contains(told)), "{source}: {:?}", found.problems);
        }
        let definition = "macro_rules! msg { ($english:literal) => { $crate::text::Msg::new($english) }; }";
        assert_eq!(read(definition).problems, Vec::<String>::new());
    }

    #[test]
    fn a_module_in_a_file_of_its_own_may_be_for_tests() {
        assert_eq!(
            ["lib.rs", "nav.rs", "pages/mod.rs", "pages/keys.rs"].map(children_of),
            ["", "nav/", "pages/", "pages/keys/"]
        );
        let mut reader = Reader::default();
        reader.read("#[cfg(test)]\nmod tests; mod other;");
        assert_eq!(reader.test_modules, ["tests"]);
    }
}
