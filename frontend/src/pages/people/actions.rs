//! Blocking, unblocking and deleting, and who is in a team, each after a question that says what becomes of the keys.

use leptos::prelude::*;
use model::{
    failure::{ApiError, Since},
    language::{t, tf, tn},
    msg,
    people::{Account, Kind},
    plural,
    route::{PeopleOpen, Route},
    text::Msg,
    visible::isolated,
};

use super::{
    acts::{Act, PeopleAction},
    source::{People, one, people_route},
    table::keys_href,
};
use crate::{
    api::{self, Api, teams, use_api, users},
    components::{Confirm, Question, confirm, use_messages},
    format,
    markup::{Markup, html},
    router::{Guard, History, Router, focus_title, use_router},
    store::Store,
    task::{Task, spawn, yield_now},
};

/// How many keys go with it.
#[derive(Clone)]
enum Counted {
    No,
    Awaited,
    Are(f64),
    Failed,
    /// It was to be deleted and is still there, with fewer keys.
    Fewer {
        gone: f64,
        left: f64,
    },
}

/// What is asked at the moment, and what it is about.
#[derive(Clone, Default)]
struct Pending {
    about: Option<(Act, Account)>,
    busy: bool,
    error: Option<ApiError>,
    since: Option<Msg>,
    counted: Option<Counted>,
    /// Counts what was carried out.
    done: u32,
}

#[derive(Clone, Copy)]
pub struct Actions {
    people: People,
    router: Router,
    pending: Store<Pending>,
    counting: StoredValue<(Api, Task), LocalStorage>,
}

impl Actions {
    pub fn new(people: People) -> Actions {
        Actions {
            people,
            router: use_router(),
            pending: Store::new(Pending::default()),
            counting: StoredValue::new_local((use_api(), Task::new())),
        }
    }

    /// A click on a row or in the drawer.
    pub fn on_action(self, action: PeopleAction) {
        let act = match &action {
            PeopleAction::Block(_) => Act::Block,
            PeopleAction::Unblock(_) => Act::Unblock,
            PeopleAction::Delete(_) => Act::Delete,
            PeopleAction::Edit(id) => return self.open_form(PeopleOpen::Edit(id.clone())),
            PeopleAction::RemoveMember(_) | PeopleAction::Retry => return,
        };
        if let PeopleAction::Block(id) | PeopleAction::Unblock(id) | PeopleAction::Delete(id) = action
            && let Some(account) = self.people.find(&id)
        {
            self.ask(act, account);
        }
    }

    /// Never of what the plugin's own key belongs to, and never of who manages the gateway.
    pub fn ask(self, act: Act, account: Account) {
        if self.people.is_own_untracked(&account) || account.manages() || !account.is_askable() {
            return;
        }
        let counts = act == Act::Delete;
        let (kind, id) = (account.kind, account.id.clone());
        self.pending.update(|pending| {
            *pending = Pending {
                about: Some((act, account)),
                counted: Some(if counts { Counted::Awaited } else { Counted::No }),
                done: pending.done,
                ..Pending::default()
            };
        });
        if !counts {
            return;
        }
        self.counting.with_value(|(api, counting)| {
            let api = api.clone();
            counting.run(async move {
                let counted = match one(&api, kind, &id).await {
                    Ok(response) => match response.data.filter(|_| response.stale.is_none()) {
                        Some(one) => one.account.keys.map_or(Counted::Failed, Counted::Are),
                        None => Counted::Failed,
                    },
                    Err(_) => Counted::Failed,
                };
                self.pending.update(|pending| pending.counted = Some(counted));
            });
        });
    }

    /// How often something was carried out: who shows more than the list asks anew then.
    pub fn done(self) -> u32 {
        self.pending.with(|pending| pending.done)
    }

    pub fn open_form(self, open: PeopleOpen) {
        let mut route = people_route(&self.router.route_untracked(), self.people.kind);
        route.open = open;
        self.router.navigate(Route::People(route), History::Push);
        request_animation_frame(focus_title);
    }

    pub fn dialog(self) -> AnyView {
        let (api, messages) = (use_api(), use_messages());
        // What is on its way is told here or nowhere.
        use_router().guard(move || self.pending.with_untracked(|pending| pending.busy).then_some(Guard::Wait));
        confirm(
            "gw-people-question",
            move || self.pending.with(|pending| confirm_of(pending, keys_href)),
            move |yes| {
                if yes {
                    let api = api.clone();
                    spawn(async move {
                        if let Some(text) = self.carry_out(&api).await {
                            messages.show(text);
                        }
                    });
                } else {
                    self.close(false);
                }
            },
        )
    }

    fn close(self, done: bool) {
        self.pending.update(|pending| {
            *pending = Pending { done: pending.done.wrapping_add(u32::from(done)), ..Pending::default() };
        });
    }

    /// Gives what is said when it is done.
    async fn carry_out(self, api: &Api) -> Option<String> {
        let (act, account) = self.pending.with_untracked(|pending| pending.about.clone())?;
        self.pending.update(|pending| (pending.busy, pending.error, pending.since) = (true, None, None));
        let outcome = match send(api, &act, &account).await {
            // What may have happened all the same is looked at, not repeated.
            Err(error) if error.outcome_unknown() => match look(api, &act, &account).await {
                Since::Done => Ok(()),
                since => Err((error, since)),
            },
            outcome => outcome.map_err(|error| (error, Since::NotAsked)),
        };
        if let Err((error, since)) = outcome {
            let fewer = if act == Act::Delete { self.fewer(api, &account).await } else { None };
            if matches!(error, ApiError::NotFound(_)) || since != Since::NotAsked || fewer.is_some() {
                self.people.refetch();
            }
            self.pending.update(|pending| {
                (pending.busy, pending.error, pending.since) = (false, Some(error.without_doubt()), since.in_words());
                if fewer.is_some() {
                    pending.counted = fewer;
                }
            });
            return None;
        }
        // First the dialog gives the focus back, then the row changes under it and keeps it.
        self.close(true);
        yield_now().await;
        match &act {
            Act::Delete => {
                self.close_details_of(&account.id);
                self.people.remove(&account.id);
            }
            Act::Block | Act::Unblock => {
                self.people.put(Account { blocked: act == Act::Block, ..account.clone() });
            }
            // The drawer reads it anew.
            Act::AddMember(..) | Act::RemoveMember(..) => {}
        }
        Some(tf(act.words(account.kind).done, &[("name", &isolated(account.name())), ("user", act.user())]))
    }

    /// LiteLLM deletes the keys first: whether it has deleted some of them, though it failed at the rest.
    async fn fewer(self, api: &Api, account: &Account) -> Option<Counted> {
        let before = self.pending.with_untracked(|pending| match pending.counted {
            Some(Counted::Are(count)) => Some(count),
            Some(Counted::Fewer { gone, left }) => Some(gone + left),
            _ => account.keys,
        })?;
        let now = one(api, account.kind, &account.id).await.ok().filter(|now| now.stale.is_none())?;
        let left = now.data?.account.keys?;
        (left < before).then_some(Counted::Fewer { gone: before - left, left })
    }

    /// There is no more to show of what is deleted.
    fn close_details_of(self, id: &str) {
        let mut route = people_route(&self.router.route_untracked(), self.people.kind);
        if route.open == PeopleOpen::One(id.to_owned()) {
            route.open = PeopleOpen::Nothing;
            self.router.navigate(Route::People(route), History::Replace);
        }
    }
}

/// `keys`: where the keys of an account are.
fn confirm_of(pending: &Pending, keys: fn(&Account) -> String) -> Confirm {
    let Some((act, account)) = &pending.about else { return Confirm::default() };
    let words = act.words(account.kind);
    let (name, user) = (isolated(account.name()), act.user());
    let question = Question {
        title: tf(words.title, &[("name", &name), ("user", user)]),
        text: t(words.text),
        action: words.yes,
        cancel: msg!("Cancel"),
        destructive: act.is_destructive(),
    };
    let details = pending.counted.as_ref().map(|counted| keys_of(counted, &keys(account))).unwrap_or_default();
    Confirm {
        question: Some(question),
        busy: pending.busy,
        error: pending.error.clone(),
        since: pending.since,
        details,
    }
}

/// The keys that go with it, and a way to see them first.
fn keys_of(counted: &Counted, href: &str) -> Markup {
    let text = match counted {
        Counted::No => return Markup::default(),
        Counted::Awaited => t(msg!("Asking the gateway how many keys these are…")),
        Counted::Failed => t(msg!("How many keys these are could not be found out.")),
        Counted::Are(count) if *count == 0.0 => t(msg!("There are no such keys now.")),
        Counted::Fewer { gone, .. } => tn(
            plural!(
                "It is still there, but {count} of its keys is deleted already.",
                "It is still there, but {count} of its keys are deleted already."
            ),
            *gone as u64,
            &format::whole(*gone),
        ),
        Counted::Are(count) => tn(
            plural!("There is {count} such key now.", "There are {count} such keys now."),
            *count as u64,
            &format::whole(*count),
        ),
    };
    let are_any = !matches!(counted, Counted::Are(count) | Counted::Fewer { left: count, .. } if *count == 0.0);
    html! {
        p role="status" { strong { (text) } @if are_any { " " a href=(href) { (msg!("Show the keys")) } } }
    }
}

/// Whether it has been done, as the gateway has it now.
async fn look(api: &Api, act: &Act, account: &Account) -> Since {
    let Ok(now) = one(api, account.kind, &account.id).await else { return Since::Unknown };
    let is_member = |now: &Account, id: &String| now.members.iter().any(|member| member.user_id == *id);
    let done = match (act, &now.data) {
        (Act::Delete, now) => now.is_none(),
        (_, None) => false,
        (Act::Block, Some(now)) => now.account.blocked,
        (Act::Unblock, Some(now)) => !now.account.blocked,
        (Act::AddMember(user, _), Some(now)) => is_member(&now.account, user),
        (Act::RemoveMember(user, _), Some(now)) => !is_member(&now.account, user),
    };
    match (done, now.stale) {
        (_, Some(_)) => Since::Unknown,
        (true, None) => Since::Done,
        (false, None) => Since::NotDone,
    }
}

async fn send(api: &Api, act: &Act, account: &Account) -> api::Result<()> {
    let id = &account.id;
    match (act, account.kind) {
        (Act::Block, _) => teams::set_blocked(api, id, true).await,
        (Act::Unblock, _) => teams::set_blocked(api, id, false).await,
        (Act::AddMember(user, _), _) => teams::set_member(api, id, user, true).await,
        (Act::RemoveMember(user, _), _) => teams::set_member(api, id, user, false).await,
        (Act::Delete, Kind::Team) => teams::delete(api, id).await,
        (Act::Delete, Kind::User) => users::delete(api, id).await,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::acts::said, *};

    fn account(kind: Kind, blocked: bool) -> Account {
        Account { kind, id: "t-1".into(), alias: "Support".into(), blocked, ..Account::default() }
    }

    #[test]
    fn deleting_says_what_becomes_of_the_keys_and_how_many_there_are() {
        for kind in [Kind::Team, Kind::User] {
            let about = Some((Act::Delete, account(kind, false)));
            let confirm =
                confirm_of(&Pending { about, counted: Some(Counted::Are(3.0)), ..Pending::default() }, |_| {
                    String::new()
                });
            let question = confirm.question.unwrap_or_else(|| unreachable!("it is asked"));
            assert!(question.text.contains("LiteLLM deletes") && question.destructive, "{}", question.text);
            assert!(question.title.contains("“Support”"), "{}", question.title);
            assert!(confirm.details.as_str().contains("There are 3 such keys now."), "{:?}", confirm.details);
        }
        let none = keys_of(&Counted::Are(0.0), "keys");
        assert!(!none.as_str().contains("<a"), "{none:?}");
        assert!(keys_of(&Counted::Failed, "keys").as_str().contains("could not be found out"));
    }

    #[test]
    fn names_of_others_are_text() {
        let odd = Act::RemoveMember("u".into(), said("a\u{202e}b"));
        let confirm =
            confirm_of(&Pending { about: Some((odd, account(Kind::Team, false))), ..Pending::default() }, |_| {
                String::new()
            });
        let title = confirm.question.map(|question| question.title).unwrap_or_default();
        assert!(title.contains("a⟨U+202E⟩b"), "{title}");
    }
}
