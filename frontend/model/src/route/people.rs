//! The pages of teams and users: which of them they show, and what is open over them.

use super::{Get, Printed, Route, safe_search};
use crate::people::{Kind, select};

/// Teams or users: which of them, and what is open over them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleRoute {
    pub kind: Kind,
    pub list: PeopleList,
    pub open: PeopleOpen,
}

/// Which of them the table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleList {
    /// A part of a name, an e-mail or an id.
    pub search: String,
    pub show: select::Show,
    pub sort: select::PeopleSort,
    pub descending: bool,
}

impl Default for PeopleList {
    fn default() -> Self {
        PeopleList {
            search: String::new(),
            show: select::Show::All,
            sort: select::PeopleSort::Created,
            descending: true,
        }
    }
}

impl PeopleList {
    /// The same order of all.
    pub fn unfiltered(&self) -> PeopleList {
        PeopleList { sort: self.sort, descending: self.descending, ..PeopleList::default() }
    }

    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }
}

/// What is open over the table of teams or users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PeopleOpen {
    #[default]
    Nothing,
    Create,
    /// The form for the one with this id.
    Edit(String),
    /// One, by its id.
    One(String),
}

impl PeopleRoute {
    /// All of them.
    pub fn all(kind: Kind) -> Route {
        Route::People(PeopleRoute { kind, ..PeopleRoute::default() })
    }

    /// One of them, over the list of all.
    pub fn one(kind: Kind, id: &str) -> Route {
        Route::People(PeopleRoute { kind, open: PeopleOpen::One(id.to_owned()), ..PeopleRoute::default() })
    }

    pub(super) fn parse(kind: Kind, get: Get) -> PeopleRoute {
        let show = select::Show::from_value(get("show"));
        let id = safe_search(get(id_of(kind)));
        PeopleRoute {
            kind,
            list: PeopleList {
                search: safe_search(get("s")),
                show: if show.is_of(kind) { show } else { select::Show::All },
                sort: select::PeopleSort::from_value(get("orderby")).unwrap_or_default(),
                descending: get("order") != "asc",
            },
            open: match get("action") {
                "new" => PeopleOpen::Create,
                _ if id.is_empty() => PeopleOpen::Nothing,
                "edit" => PeopleOpen::Edit(id),
                _ => PeopleOpen::One(id),
            },
        }
    }

    pub(super) fn print(&self, query: &mut Printed) {
        let PeopleRoute { kind, list, open } = self;
        query.text("s", &list.search);
        query.add("show", list.show.value(), list.show == select::Show::All);
        query.add("orderby", list.sort.value(), list.sort == select::PeopleSort::default());
        query.add("order", "asc", list.descending);
        match open {
            PeopleOpen::Nothing => {}
            PeopleOpen::Create => query.add("action", "new", false),
            PeopleOpen::Edit(id) => {
                query.add("action", "edit", safe_search(id).is_empty());
                query.add(id_of(*kind), id, safe_search(id).is_empty());
            }
            PeopleOpen::One(id) => query.add(id_of(*kind), id, safe_search(id).is_empty()),
        }
    }
}

/// By this argument the address names one of them.
fn id_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Team => "team",
        Kind::User => "user",
    }
}
