//! Making a team or a user: sent once, and where the answer was lost it is looked whether it is there.

use model::{
    clock,
    failure::ApiError,
    key_form::{Change, KeyDraft, differences},
    language::{t, tf},
    msg,
    people::{Account, Kind},
    text::{self, Msg},
    visible::isolated,
};
use serde_json::Value;

use crate::{
    api::{Api, Result, teams, users},
    components::{Tone, explained, notice, problem},
    format,
    markup::{Markup, html},
    pages::keys::{
        choices::Choices,
        create::{CLOCKS_DIFFER_MS, is_answered},
        form::by_rules,
        words,
    },
    task::now_ms,
};

/// Why nothing was made, or why that is not known.
#[derive(Debug, Clone)]
pub enum Trouble {
    Failed(ApiError),
    /// The answer was lost, and the gateway knows no such one.
    NotMade(ApiError),
    /// The answer was lost, and whether it is there could not be found out.
    Unknown(ApiError),
}

/// What was made.
pub struct Made {
    pub account: Account,
    /// What the gateway set otherwise than was asked for: its configuration fills in what was left empty.
    filled: Vec<Change>,
}

impl Made {
    fn new(account: Account, params: &Value) -> Made {
        let draft = |account: &Account| KeyDraft::of_account(account, format::decimal_mark());
        let asked = asked_for(account.kind, String::new(), params);
        let filled = by_rules(|rules| differences(&draft(&asked), &draft(&account), rules));
        Made { account, filled }
    }

    /// `done`: that `{name}` is there now.
    pub fn in_words(&self, done: Msg) -> String {
        let done = tf(done, &[("name", &isolated(self.account.name()))]);
        if self.filled.is_empty() {
            return done;
        }
        let choices = Choices { of: Some(self.account.kind), ..Choices::default() };
        let value = |Change { field, after, .. }: &Change| {
            let lines = format::list(&words::lines(*field, after, &choices));
            tf(msg!("{setting}: {value}"), &[("setting", &t(words::label(*field))), ("value", &lines)])
        };
        let values = format::list(&self.filled.iter().map(value).collect::<Vec<String>>());
        let filled = tf(msg!("The gateway set this otherwise than you chose: {values}."), &[("values", &values)]);
        text::sentences(&[done, filled])
    }
}

/// Gives what was made. `params` as the contract has them.
pub async fn make(api: &Api, kind: Kind, params: &Value) -> std::result::Result<Made, Trouble> {
    let sent_ms = now_ms();
    let answer = match kind {
        Kind::Team => teams::create(api, params).await,
        Kind::User => users::create(api, params).await,
    };
    let error = match answer {
        Ok((id, answer)) => return Ok(Made::new(asked_for(kind, id, &told(params, &answer)), params)),
        Err(error) if !error.outcome_unknown() => return Err(Trouble::Failed(error)),
        Err(error) => error,
    };
    let Ok(newest) = newest(api, kind).await else { return Err(Trouble::Unknown(error)) };
    // One that was there before is not the one that was asked for.
    let is_new = |account: &Account| {
        clock::parse_utc_ms(&account.created_at).is_some_and(|created| created > sent_ms - CLOCKS_DIFFER_MS)
    };
    let named = |name: &str| params[name].as_str().unwrap_or_default();
    let found = newest
        .into_iter()
        .find(|account| account.alias == named("alias") && account.email == named("email") && is_new(account));
    match found {
        Some(account) => Ok(Made::new(account, params)),
        // Only where LiteLLM has answered it is done with it: after a timeout or a broken connection it may still be at it.
        None if is_answered(&error) => Err(Trouble::NotMade(error)),
        None => Err(Trouble::Unknown(error)),
    }
}

/// What was asked for, or what the answer says instead.
fn told(params: &Value, answer: &Value) -> Value {
    let mut told = params.clone();
    for (name, theirs) in [
        ("models", "models"),
        ("max_budget", "max_budget"),
        ("budget_duration", "budget_duration"),
        ("rpm_limit", "rpm_limit"),
        ("tpm_limit", "tpm_limit"),
        ("role", "user_role"),
    ] {
        if let Some(value) = answer.get(theirs) {
            told[name] = value.clone();
        }
    }
    told
}

/// What is known of it before it is read.
fn asked_for(kind: Kind, id: String, params: &Value) -> Account {
    let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
    let mut models = Vec::new();
    for model in params["models"].as_array().into_iter().flatten() {
        models.extend(model.as_str().map(str::to_owned));
    }
    Account {
        kind,
        id,
        alias: text("alias"),
        email: text("email"),
        role: text("role"),
        organization: text("organization"),
        models,
        max_budget: params["max_budget"].as_f64(),
        budget_duration: text("budget_duration"),
        rpm_limit: params["rpm_limit"].as_f64(),
        tpm_limit: params["tpm_limit"].as_f64(),
        keys: Some(0.0),
        created_at: clock::format_utc(now_ms()),
        ..Account::default()
    }
}

async fn newest(api: &Api, kind: Kind) -> Result<Vec<Account>> {
    let (accounts, stale): (Vec<Account>, _) = match kind {
        Kind::Team => {
            let response = teams::newest(api).response().await?;
            (response.data.teams.into_iter().map(Account::of_team).collect(), response.stale)
        }
        Kind::User => {
            let response = users::newest(api).response().await?;
            (response.data.users.into_iter().map(Account::of_user).collect(), response.stale)
        }
    };
    stale.map_or(Ok(accounts), Err)
}

pub fn in_words(trouble: &Trouble, kind: Kind) -> Markup {
    match trouble {
        Trouble::Failed(error) => problem(error, None),
        Trouble::NotMade(error) => {
            let text = match kind {
                Kind::Team => {
                    msg!("The gateway knows no new team of this name, so nothing was created. You can try again.")
                }
                Kind::User => msg!("The gateway knows no such new user, so nothing was created. You can try again."),
            };
            notice(Tone::Error, &t(error.title()), &html! { (explained(error)) p { (text) } })
        }
        Trouble::Unknown(error) => {
            let text = match kind {
                Kind::Team => {
                    msg!("Whether the team was created is not known. Look for it among the teams before you try again.")
                }
                Kind::User => {
                    msg!("Whether the user was created is not known. Look among the users before you try again.")
                }
            };
            notice(Tone::Error, &t(error.title()), &html! { (explained(error)) p { (text) } })
        }
    }
}
