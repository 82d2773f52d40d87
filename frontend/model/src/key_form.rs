//! The form for a new key: what was typed, whether it can be sent, and as what.
//!
//! The rules are those of `keys.create` in the contract and of LiteLLM, so that refusals come before the request.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::clock;

/// Characters, as LiteLLM and the contract count them.
pub const ALIAS_MOST: usize = 255;
/// US dollars.
pub const BUDGET_MOST: f64 = 1e9;
/// Requests a minute.
pub const RPM_MOST: u64 = 1_000_000_000;
/// Tokens a minute.
pub const TPM_MOST: u64 = 2_000_000_000;
/// Days until a key expires.
pub const DAYS_MOST: u64 = 3_650;
/// Models that one key may name.
pub const MODELS_MOST: usize = 500;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Alias,
    Models,
    MaxBudget,
    BudgetPeriod,
    Rpm,
    Tpm,
    Expiry,
    Team,
}

impl Field {
    pub const ALL: [Field; 8] = [
        Field::Alias,
        Field::Models,
        Field::MaxBudget,
        Field::BudgetPeriod,
        Field::Rpm,
        Field::Tpm,
        Field::Expiry,
        Field::Team,
    ];

    /// The parameter of `keys.create`.
    pub fn param(self) -> &'static str {
        match self {
            Field::Alias => "alias",
            Field::Models => "models",
            Field::MaxBudget => "max_budget",
            Field::BudgetPeriod => "budget_duration",
            Field::Rpm => "rpm_limit",
            Field::Tpm => "tpm_limit",
            Field::Expiry => "duration",
            Field::Team => "team",
        }
    }

    /// The field on which a server's error for `param` belongs.
    pub fn from_param(param: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.param() == param)
    }
}

/// How often the budget starts anew. LiteLLM resets at midnight UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BudgetPeriod {
    #[default]
    Total,
    Daily,
    Weekly,
    Monthly,
}

impl BudgetPeriod {
    pub const ALL: [BudgetPeriod; 4] =
        [BudgetPeriod::Total, BudgetPeriod::Daily, BudgetPeriod::Weekly, BudgetPeriod::Monthly];

    /// LiteLLM's duration; empty: never reset.
    pub fn value(self) -> &'static str {
        match self {
            BudgetPeriod::Total => "",
            BudgetPeriod::Daily => "1d",
            BudgetPeriod::Weekly => "7d",
            BudgetPeriod::Monthly => "30d",
        }
    }

    pub fn from_value(value: &str) -> BudgetPeriod {
        BudgetPeriod::ALL.into_iter().find(|period| period.value() == value).unwrap_or_default()
    }

    /// English, to be translated.
    pub fn label(self) -> &'static str {
        match self {
            BudgetPeriod::Total => "In total",
            BudgetPeriod::Daily => "A day",
            BudgetPeriod::Weekly => "A week",
            BudgetPeriod::Monthly => "A month",
        }
    }

    /// When LiteLLM starts anew: English, to be translated.
    pub fn help(self) -> &'static str {
        match self {
            BudgetPeriod::Total => "The key stops for good once the budget is spent.",
            BudgetPeriod::Daily => "Starts anew each day at midnight UTC.",
            BudgetPeriod::Weekly => "Starts anew each Monday at midnight UTC.",
            BudgetPeriod::Monthly => "Starts anew on the first of each month at midnight UTC.",
        }
    }
}

/// When the key ends. There is no 30 days among the choices: LiteLLM 1.80.11 takes that for the first of next month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    #[default]
    Never,
    Days14,
    Days31,
    Days90,
    Days180,
    Days365,
    /// As many days as are typed.
    Custom,
}

impl Expiry {
    pub const ALL: [Expiry; 7] = [
        Expiry::Never,
        Expiry::Days14,
        Expiry::Days31,
        Expiry::Days90,
        Expiry::Days180,
        Expiry::Days365,
        Expiry::Custom,
    ];

    /// For a `<select>`.
    pub fn value(self) -> &'static str {
        match self {
            Expiry::Never => "never",
            Expiry::Days14 => "14",
            Expiry::Days31 => "31",
            Expiry::Days90 => "90",
            Expiry::Days180 => "180",
            Expiry::Days365 => "365",
            Expiry::Custom => "custom",
        }
    }

    pub fn from_value(value: &str) -> Expiry {
        Expiry::ALL.into_iter().find(|expiry| expiry.value() == value).unwrap_or_default()
    }

    /// English, to be translated.
    pub fn label(self) -> &'static str {
        match self {
            Expiry::Never => "Never",
            Expiry::Days14 => "In 14 days",
            Expiry::Days31 => "In 31 days",
            Expiry::Days90 => "In 90 days",
            Expiry::Days180 => "In 180 days",
            Expiry::Days365 => "In 365 days",
            Expiry::Custom => "Another number of days",
        }
    }

    /// `None` for never, and for what is typed.
    fn days(self) -> Option<u64> {
        self.value().parse().ok()
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    AliasMissing,
    AliasTooLong,
    AliasHiddenCharacters,
    AliasDots,
    NoModels,
    TooManyModels,
    BudgetMissing,
    NotANumber,
    Separators,
    Negative,
    BudgetTooLarge,
    NotWhole,
    RpmRange,
    TpmRange,
    DaysMissing,
    DaysRange,
}

impl Problem {
    /// English, to be translated.
    pub fn message(self) -> &'static str {
        match self {
            Problem::AliasMissing => "Enter a name by which you will recognise the key.",
            Problem::AliasTooLong => "At most 255 characters.",
            Problem::AliasHiddenCharacters => "Remove line breaks, tabs and other invisible characters.",
            Problem::AliasDots => "LiteLLM does not accept “..” as a part between slashes.",
            Problem::NoModels => "Choose at least one model, or allow all of them.",
            Problem::TooManyModels => "At most 500 models. Allow all of them instead.",
            Problem::BudgetMissing => "Enter a budget, or choose “In total” as its period.",
            Problem::NotANumber => "Enter a number, such as 25 or 0.50.",
            Problem::Separators => "Write the number without thousands separators, such as 1500 or 1500.50.",
            Problem::Negative => "Enter 0 or more.",
            Problem::BudgetTooLarge => "At most 1000000000.",
            Problem::NotWhole => "Enter a whole number, without thousands separators.",
            Problem::RpmRange => "Enter a number from 1 to 1000000000, or leave it empty for no limit.",
            Problem::TpmRange => "Enter a number from 1 to 2000000000, or leave it empty for no limit.",
            Problem::DaysMissing => "Enter after how many days the key expires.",
            Problem::DaysRange => "Enter a number of days from 1 to 3650.",
        }
    }
}

/// The form as it is filled in. Texts are as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyDraft {
    pub alias: String,
    pub models: Vec<String>,
    /// The chosen models do not matter.
    pub all_models: bool,
    /// US dollars; empty: no limit.
    pub max_budget: String,
    pub budget_period: BudgetPeriod,
    /// Requests a minute; empty: no limit.
    pub rpm: String,
    /// Tokens a minute; empty: no limit.
    pub tpm: String,
    pub expiry: Expiry,
    /// Only for [`Expiry::Custom`].
    pub expiry_days: String,
    /// A team's id; empty: none.
    pub team: String,
}

impl KeyDraft {
    /// The parameters of `keys.create`, or what is wrong, by field. `locale_decimal` is the user's decimal sign.
    pub fn validate(&self, locale_decimal: char) -> Result<Value, BTreeMap<Field, Problem>> {
        let mut params = Map::new();
        let mut problems = BTreeMap::new();
        let mut take = |field: Field, checked: Result<Option<Value>, Problem>| match checked {
            Ok(Some(value)) => {
                params.insert(field.param().to_owned(), value);
            }
            Ok(None) => {}
            Err(problem) => {
                problems.insert(field, problem);
            }
        };

        take(Field::Alias, self.checked_alias());
        take(Field::Models, self.checked_models());
        take(Field::MaxBudget, self.checked_budget(locale_decimal));
        take(Field::BudgetPeriod, Ok(some_text(self.budget_period.value())));
        take(Field::Rpm, whole(&self.rpm, RPM_MOST, Problem::RpmRange).map(|limit| limit.map(Value::from)));
        take(Field::Tpm, whole(&self.tpm, TPM_MOST, Problem::TpmRange).map(|limit| limit.map(Value::from)));
        take(Field::Expiry, self.days().map(|days| days.map(|days| Value::from([&days.to_string(), "d"].concat()))));
        take(Field::Team, Ok(some_text(self.team.trim())));

        if problems.is_empty() { Ok(Value::Object(params)) } else { Err(problems) }
    }

    /// In how many days the key shall expire; `None`: never.
    pub fn days(&self) -> Result<Option<u64>, Problem> {
        if self.expiry != Expiry::Custom {
            return Ok(self.expiry.days());
        }
        match whole(&self.expiry_days, DAYS_MOST, Problem::DaysRange)? {
            Some(days) => Ok(Some(days)),
            None => Err(Problem::DaysMissing),
        }
    }

    /// A remark that does not keep the form from being sent: LiteLLM can be told to accept simple aliases only.
    pub fn alias_remark(&self) -> Option<&'static str> {
        let alias = self.alias.trim();
        let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '@');
        let edges = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
        if alias.chars().all(simple) && edges(alias.chars().next()) && edges(alias.chars().next_back()) {
            return None;
        }
        Some("Some gateways accept only letters, digits and - _ . / @ here, with a letter or digit at both ends.")
    }

    fn checked_alias(&self) -> Result<Option<Value>, Problem> {
        let alias = self.alias.trim();
        if alias.is_empty() {
            return Err(Problem::AliasMissing);
        }
        if alias.chars().count() > ALIAS_MOST {
            return Err(Problem::AliasTooLong);
        }
        if alias.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(Problem::AliasHiddenCharacters);
        }
        if alias.split('/').any(|part| part == "..") {
            return Err(Problem::AliasDots);
        }
        Ok(Some(Value::from(alias)))
    }

    /// LiteLLM takes no models for all models, so that the parameter is left out then.
    fn checked_models(&self) -> Result<Option<Value>, Problem> {
        if self.all_models {
            return Ok(None);
        }
        let mut models: Vec<&str> = Vec::new();
        for model in &self.models {
            if !model.is_empty() && !models.contains(&model.as_str()) {
                models.push(model);
            }
        }
        match models.len() {
            0 => Err(Problem::NoModels),
            count if count > MODELS_MOST => Err(Problem::TooManyModels),
            _ => Ok(Some(Value::from(models))),
        }
    }

    fn checked_budget(&self, locale_decimal: char) -> Result<Option<Value>, Problem> {
        match amount(&self.max_budget, locale_decimal)? {
            None if self.budget_period != BudgetPeriod::Total => Err(Problem::BudgetMissing),
            None => Ok(None),
            Some(budget) if budget > BUDGET_MOST => Err(Problem::BudgetTooLarge),
            Some(budget) => Ok(Some(Value::from(budget))),
        }
    }
}

/// Whether LiteLLM set another end than was asked for, by more than a day: 1.80.11 moves some to the start of a week or month.
/// All times are Unix times in milliseconds.
pub fn expiry_differs(requested_days: u64, created_ms: i64, expires_ms: i64) -> bool {
    let requested_ms = i64::try_from(requested_days).unwrap_or(i64::MAX).saturating_mul(clock::DAY_MS);
    expires_ms.saturating_sub(created_ms.saturating_add(requested_ms)).saturating_abs() > clock::DAY_MS
}

fn some_text(text: &str) -> Option<Value> {
    if text.is_empty() { None } else { Some(Value::from(text)) }
}

/// What was typed, with the digits of other scripts and the wide forms of East Asian keyboards as plain ones.
fn plain(typed: &str) -> String {
    let digit = |c: char, zero: u32| char::from_digit(u32::from(c) - zero, 10).unwrap_or(c);
    typed
        .trim()
        .chars()
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => digit(c, 0xff10),
            '\u{660}'..='\u{669}' => digit(c, 0x660),
            '\u{6f0}'..='\u{6f9}' => digit(c, 0x6f0),
            '\u{ff0e}' | '\u{3002}' => '.',
            '\u{ff0c}' => ',',
            '\u{2212}' | '\u{ff0d}' => '-',
            _ => c,
        })
        .collect()
}

/// What people write between groups of digits, besides points and commas.
fn is_group_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’' | '_' | '\u{66c}')
}

/// An amount that is not negative, with a decimal point or comma; `None`: nothing was typed.
/// What may be a thousands separator is refused rather than guessed: `1.000` is a thousand to some and one to others.
fn amount(typed: &str, locale_decimal: char) -> Result<Option<f64>, Problem> {
    let text = plain(typed);
    let text = text.strip_prefix('$').unwrap_or(&text).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim()));
    let is_decimal = |c: char| c == '.' || c == ',' || c == '\u{66b}' || c == locale_decimal;
    if !text.chars().all(|c| c.is_ascii_digit() || is_decimal(c) || is_group_mark(c)) {
        return Err(Problem::NotANumber);
    }
    if text.contains(is_group_mark) {
        return Err(Problem::Separators);
    }
    let mut parts = text.split(is_decimal);
    let (units, fraction) = (parts.next().unwrap_or(""), parts.next());
    if parts.next().is_some() {
        return Err(Problem::Separators);
    }
    let foreign = |c: char| is_decimal(c) && c != locale_decimal;
    let looks_like_thousands = fraction.is_some_and(|digits| digits.len() == 3)
        && text.contains(foreign)
        && (1..=3).contains(&units.len())
        && !units.starts_with('0');
    if looks_like_thousands {
        return Err(Problem::Separators);
    }
    let fraction = fraction.unwrap_or("");
    if units.is_empty() && fraction.is_empty() {
        return Err(Problem::NotANumber);
    }
    let number: f64 = ["0", units, ".", fraction, "0"].concat().parse().map_err(|_| Problem::NotANumber)?;
    if negative && number > 0.0 { Err(Problem::Negative) } else { Ok(Some(number)) }
}

/// A whole number from 1 to `most`; `None`: nothing was typed.
fn whole(typed: &str, most: u64, out_of_range: Problem) -> Result<Option<u64>, Problem> {
    let text = plain(typed);
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::NotWhole);
    }
    match digits.parse() {
        Ok(number) if number >= 1 && number <= most && !text.starts_with('-') => Ok(Some(number)),
        _ => Err(out_of_range),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft() -> KeyDraft {
        KeyDraft { alias: "web".into(), all_models: true, ..KeyDraft::default() }
    }

    fn assert_sent(draft: &KeyDraft, expected: Value) {
        assert_eq!(draft.validate('.'), Ok(expected), "{draft:?}");
    }

    fn assert_refused(draft: &KeyDraft, field: Field, problem: Problem) {
        assert_eq!(draft.validate('.'), Err(BTreeMap::from([(field, problem)])), "{draft:?}");
    }

    #[test]
    fn only_what_was_filled_in_is_sent() {
        assert_sent(&draft(), json!({"alias": "web"}));
        let full = KeyDraft {
            alias: "  Web, größer  ".into(),
            models: vec!["gpt-4o".into(), "a/b".into(), "gpt-4o".into(), String::new()],
            all_models: false,
            max_budget: "12,5".into(),
            budget_period: BudgetPeriod::Monthly,
            rpm: " 60 ".into(),
            tpm: "100000".into(),
            expiry: Expiry::Days90,
            expiry_days: "not looked at".into(),
            team: "t-1".into(),
        };
        assert_sent(
            &full,
            json!({
                "alias": "Web, größer", "models": ["gpt-4o", "a/b"], "max_budget": 12.5, "budget_duration": "30d",
                "rpm_limit": 60, "tpm_limit": 100_000, "duration": "90d", "team": "t-1",
            }),
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let wrong = KeyDraft { max_budget: "x".into(), rpm: "0".into(), tpm: "1.5".into(), ..KeyDraft::default() };
        let expected = BTreeMap::from([
            (Field::Alias, Problem::AliasMissing),
            (Field::Models, Problem::NoModels),
            (Field::MaxBudget, Problem::NotANumber),
            (Field::Rpm, Problem::RpmRange),
            (Field::Tpm, Problem::NotWhole),
        ]);
        assert_eq!(wrong.validate('.'), Err(expected));
    }

    fn assert_alias(alias: &str, expected: Option<Problem>) {
        let draft = KeyDraft { alias: alias.into(), ..draft() };
        match expected {
            None => assert_sent(&draft, json!({"alias": alias.trim()})),
            Some(problem) => assert_refused(&draft, Field::Alias, problem),
        }
    }

    #[test]
    fn aliases_that_litellm_refuses_are_refused() {
        assert_alias("a", None);
        assert_alias(" client <b>x</b> 客户 ", None);
        assert_alias("release-1.0..2", None);
        assert_alias("team/web", None);
        assert_alias(&"客".repeat(255), None);
        assert_alias(&"a".repeat(256), Some(Problem::AliasTooLong));
        assert_alias("", Some(Problem::AliasMissing));
        assert_alias(" \t\n", Some(Problem::AliasMissing));
        assert_alias("a\tb", Some(Problem::AliasHiddenCharacters));
        assert_alias("a\u{2028}b", Some(Problem::AliasHiddenCharacters));
        assert_alias("a\u{9f}b", Some(Problem::AliasHiddenCharacters));
        assert_alias("..", Some(Problem::AliasDots));
        assert_alias("../a", Some(Problem::AliasDots));
        assert_alias("a/../b", Some(Problem::AliasDots));
    }

    #[test]
    fn an_alias_that_some_gateways_refuse_gets_a_remark() {
        for alias in ["", "web", "a", "team/web-1.0_x@y.z"] {
            assert_eq!(KeyDraft { alias: alias.into(), ..draft() }.alias_remark(), None, "{alias}");
        }
        for alias in ["my key", "-web", "web.", "größer", "客户", "<b>"] {
            assert!(KeyDraft { alias: alias.into(), ..draft() }.alias_remark().is_some(), "{alias}");
        }
    }

    #[test]
    fn models_are_counted() {
        let models = |count: usize| KeyDraft {
            models: (0..count).map(|i| i.to_string()).collect(),
            all_models: false,
            ..draft()
        };
        assert_refused(&models(0), Field::Models, Problem::NoModels);
        assert!(models(500).validate('.').is_ok());
        assert_refused(&models(501), Field::Models, Problem::TooManyModels);
        assert_sent(&KeyDraft { all_models: true, ..models(501) }, json!({"alias": "web"}));
    }

    fn assert_amount(typed: &str, decimal: char, expected: Result<Option<f64>, Problem>) {
        assert_eq!(amount(typed, decimal), expected, "{typed:?} where the decimal sign is {decimal:?}");
    }

    #[test]
    fn amounts_are_read_as_they_were_meant_or_not_at_all() {
        for decimal in ['.', ','] {
            assert_amount("", decimal, Ok(None));
            assert_amount("  ", decimal, Ok(None));
            assert_amount("0", decimal, Ok(Some(0.0)));
            assert_amount("-0", decimal, Ok(Some(0.0)));
            assert_amount("25", decimal, Ok(Some(25.0)));
            assert_amount("$25", decimal, Ok(Some(25.0)));
            assert_amount("12.5", decimal, Ok(Some(12.5)));
            assert_amount("12,5", decimal, Ok(Some(12.5)));
            assert_amount(".5", decimal, Ok(Some(0.5)));
            assert_amount("5.", decimal, Ok(Some(5.0)));
            assert_amount("0.125", decimal, Ok(Some(0.125)));
            assert_amount("0,125", decimal, Ok(Some(0.125)));
            assert_amount("1500.50", decimal, Ok(Some(1500.5)));
            assert_amount("1500,1234", decimal, Ok(Some(1500.1234)));
            assert_amount("２５．５", decimal, Ok(Some(25.5)));
            assert_amount("٢٥٫٥", decimal, Ok(Some(25.5)));
            assert_amount("1,234.50", decimal, Err(Problem::Separators));
            assert_amount("1.234,50", decimal, Err(Problem::Separators));
            assert_amount("1,234,567", decimal, Err(Problem::Separators));
            assert_amount("1 500", decimal, Err(Problem::Separators));
            assert_amount("1\u{202f}500,5", decimal, Err(Problem::Separators));
            assert_amount("1'500", decimal, Err(Problem::Separators));
            assert_amount("-1", decimal, Err(Problem::Negative));
            assert_amount("−0,5", decimal, Err(Problem::Negative));
            assert_amount(".", decimal, Err(Problem::NotANumber));
            assert_amount("-", decimal, Err(Problem::NotANumber));
            assert_amount("1e5", decimal, Err(Problem::NotANumber));
            assert_amount("inf", decimal, Err(Problem::NotANumber));
            assert_amount("NaN", decimal, Err(Problem::NotANumber));
            assert_amount("ten", decimal, Err(Problem::NotANumber));
            assert_amount("5 €", decimal, Err(Problem::NotANumber));
        }
        // The same text means a thousand to one and one to the other.
        assert_amount("1.000", '.', Ok(Some(1.0)));
        assert_amount("1.000", ',', Err(Problem::Separators));
        assert_amount("1,000", ',', Ok(Some(1.0)));
        assert_amount("1,000", '.', Err(Problem::Separators));
    }

    #[test]
    fn a_budget_has_limits() {
        let budget = |typed: &str| KeyDraft { max_budget: typed.into(), ..draft() };
        assert_sent(&budget("0"), json!({"alias": "web", "max_budget": 0.0}));
        assert_sent(&budget("1000000000"), json!({"alias": "web", "max_budget": 1e9}));
        assert_refused(&budget("1000000000.01"), Field::MaxBudget, Problem::BudgetTooLarge);
        assert_refused(&budget(&"9".repeat(400)), Field::MaxBudget, Problem::BudgetTooLarge);
    }

    #[test]
    fn a_period_needs_a_budget() {
        for period in BudgetPeriod::ALL {
            let draft = KeyDraft { budget_period: period, ..draft() };
            if period == BudgetPeriod::Total {
                assert_sent(&draft, json!({"alias": "web"}));
            } else {
                assert_refused(&draft, Field::MaxBudget, Problem::BudgetMissing);
            }
        }
    }

    fn assert_whole(typed: &str, expected: Result<Option<u64>, Problem>) {
        assert_eq!(whole(typed, 1_000, Problem::RpmRange), expected, "{typed:?}");
    }

    #[test]
    fn limits_are_whole_and_positive() {
        assert_whole("", Ok(None));
        assert_whole(" 7 ", Ok(Some(7)));
        assert_whole("１２", Ok(Some(12)));
        assert_whole("1000", Ok(Some(1_000)));
        assert_whole("1001", Err(Problem::RpmRange));
        assert_whole("0", Err(Problem::RpmRange));
        assert_whole("-5", Err(Problem::RpmRange));
        assert_whole("99999999999999999999999", Err(Problem::RpmRange));
        assert_whole("1.5", Err(Problem::NotWhole));
        assert_whole("1,000", Err(Problem::NotWhole));
        assert_whole("1 000", Err(Problem::NotWhole));
        assert_whole("many", Err(Problem::NotWhole));
        assert_whole("-", Err(Problem::NotWhole));
    }

    #[test]
    fn an_expiry_is_sent_in_days() {
        let custom = |typed: &str| KeyDraft { expiry: Expiry::Custom, expiry_days: typed.into(), ..draft() };
        assert_sent(&custom("45"), json!({"alias": "web", "duration": "45d"}));
        assert_sent(&custom("007"), json!({"alias": "web", "duration": "7d"}));
        assert_sent(&custom("3650"), json!({"alias": "web", "duration": "3650d"}));
        assert_refused(&custom(""), Field::Expiry, Problem::DaysMissing);
        assert_refused(&custom("0"), Field::Expiry, Problem::DaysRange);
        assert_refused(&custom("3651"), Field::Expiry, Problem::DaysRange);
        assert_refused(&custom("1.5"), Field::Expiry, Problem::NotWhole);
        assert_sent(&KeyDraft { expiry: Expiry::Never, ..draft() }, json!({"alias": "web"}));
        assert_sent(&KeyDraft { expiry: Expiry::Days365, ..draft() }, json!({"alias": "web", "duration": "365d"}));
    }

    #[test]
    fn choices_are_found_by_their_value() {
        for period in BudgetPeriod::ALL {
            assert_eq!(BudgetPeriod::from_value(period.value()), period);
        }
        for expiry in Expiry::ALL {
            assert_eq!(Expiry::from_value(expiry.value()), expiry);
            assert_eq!(expiry.days().is_none(), matches!(expiry, Expiry::Never | Expiry::Custom), "{expiry:?}");
        }
        assert_eq!(Expiry::from_value("30"), Expiry::Never);
    }

    fn assert_differs(days: u64, created: &str, expires: &str, expected: bool) {
        let ms = |text| clock::parse_utc_ms(text).unwrap_or_default();
        assert_eq!(expiry_differs(days, ms(created), ms(expires)), expected, "{days} days from {created} to {expires}");
    }

    #[test]
    fn another_end_than_asked_for_is_noticed() {
        // 1.106.2 adds to the moment, 1.80.11 to the midnight before.
        assert_differs(90, "2026-11-20T07:14:57Z", "2027-02-18T07:14:57.5Z", false);
        assert_differs(90, "2026-11-20T07:14:57Z", "2027-02-18T00:00:00Z", false);
        // 1.80.11: 30 days end with the month, 7 days with the week, one at midnight.
        assert_differs(30, "2026-11-20T07:14:57Z", "2026-12-01T00:00:00Z", true);
        assert_differs(7, "2026-11-20T07:14:57Z", "2026-11-23T00:00:00Z", true);
        assert_differs(1, "2026-11-20T07:14:57Z", "2026-11-21T00:00:00Z", false);
        assert!(expiry_differs(u64::MAX, 0, 0));
    }

    #[test]
    fn the_rules_are_those_of_the_contract() {
        let contract: Value = serde_json::from_str(include_str!("../../../php-shim/contract.json")).unwrap_or_default();
        let params = &contract["operations"]["keys.create"]["params"];
        for field in Field::ALL {
            let name = field.param();
            assert!(params[name].is_object(), "{name} is no parameter of keys.create: edit php-shim/contract.json");
            assert_eq!(Field::from_param(name), Some(field));
        }
        assert_eq!(Field::from_param("user"), None);
        let bounds = [
            (&params["alias"]["maxLength"], ALIAS_MOST as f64),
            (&params["models"]["maxItems"], MODELS_MOST as f64),
            (&params["max_budget"]["maximum"], BUDGET_MOST),
            (&params["rpm_limit"]["maximum"], RPM_MOST as f64),
            (&params["tpm_limit"]["maximum"], TPM_MOST as f64),
        ];
        for (bound, ours) in bounds {
            assert_eq!(bound.as_f64(), Some(ours), "edit frontend/model/src/key_form.rs or php-shim/contract.json");
        }
    }

    #[test]
    fn messages_name_the_bounds() {
        let named = [
            (Problem::AliasTooLong, ALIAS_MOST as u64),
            (Problem::TooManyModels, MODELS_MOST as u64),
            (Problem::BudgetTooLarge, BUDGET_MOST as u64),
            (Problem::RpmRange, RPM_MOST),
            (Problem::TpmRange, TPM_MOST),
            (Problem::DaysRange, DAYS_MOST),
        ];
        for (problem, bound) in named {
            assert!(problem.message().contains(&bound.to_string()), "{problem:?} does not name {bound}");
        }
    }
}
