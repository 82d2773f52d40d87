//! What the page of teams says, and that of users.

use model::{
    msg,
    people::Kind,
    plural,
    route::PageName,
    text::{Msg, Plural},
};

/// What is said of teams, and of users.
pub struct Words {
    pub id: &'static str,
    pub page: PageName,
    pub title: Msg,
    pub subtitle: Msg,
    pub create: Msg,
    pub caption: Msg,
    pub count: Plural,
    pub found: Plural,
    pub read: Plural,
    pub search: Msg,
    pub none: Msg,
    pub none_text: Msg,
    pub not_found: Msg,
    pub show_all: Msg,
    pub broken_off: Msg,
    pub restless: Msg,
}

pub fn words(kind: Kind) -> Words {
    match kind {
        Kind::Team => Words {
            id: "teams",
            page: PageName::Teams,
            title: msg!("Teams"),
            subtitle: msg!("Teams share a budget, limits and models among their keys."),
            create: msg!("Create team"),
            caption: msg!("Teams"),
            count: plural!("{count} team", "{count} teams"),
            found: plural!("{found} of {count} team", "{found} of {count} teams"),
            read: plural!("{read} of {count} team read", "{read} of {count} teams read"),
            search: msg!("Search teams"),
            none: msg!("No teams yet"),
            none_text: msg!("A team gives several keys one budget, and stops them together."),
            not_found: msg!("No team has “{text}” in its name or its ID"),
            show_all: msg!("Show all teams"),
            broken_off: msg!("The teams below are not all there are: reading them broke off."),
            restless: msg!("Teams were made or deleted while they were read, so that some may be missing below."),
        },
        Kind::User => Words {
            id: "users",
            page: PageName::Users,
            title: msg!("Users"),
            subtitle: msg!("Users of the gateway, who own keys. They are not the users of this site."),
            create: msg!("Create user"),
            caption: msg!("Users of the gateway"),
            count: plural!("{count} user", "{count} users"),
            found: plural!("{found} of {count} user", "{found} of {count} users"),
            read: plural!("{read} of {count} user read", "{read} of {count} users read"),
            search: msg!("Search users"),
            none: msg!("No users yet"),
            none_text: msg!("A user who owns keys gives them a name, an e-mail address and a budget."),
            not_found: msg!("No user has “{text}” in name, e-mail or ID"),
            show_all: msg!("Show all users"),
            broken_off: msg!("The users below are not all there are: reading them broke off."),
            restless: msg!("Users were made or deleted while they were read, so that some may be missing below."),
        },
    }
}
