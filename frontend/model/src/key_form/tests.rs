//! What the form asks for, and what it refuses.

use serde_json::json;

use super::*;

fn draft() -> KeyDraft {
    KeyDraft { alias: "web".into(), ..KeyDraft::default() }
}

fn rules(ceilings: &KeyLimits) -> Rules<'_> {
    Rules { decimal: '.', today: "2026-11-20", ceilings }
}

fn validate(draft: &KeyDraft) -> Result<Value, Problems> {
    draft.validate(&rules(&KeyLimits::default()))
}

/// What is sent of every form that is not filled in.
fn with_access(mut sent: Value) -> Value {
    sent["access"] = json!("calls");
    sent
}

fn assert_sent(draft: &KeyDraft, expected: Value) {
    assert_eq!(validate(draft), Ok(with_access(expected)), "{draft:?}");
}

fn assert_refused(draft: &KeyDraft, field: Field, problem: Problem) {
    assert_eq!(validate(draft), Err(BTreeMap::from([(field, problem)])), "{draft:?}");
}

#[test]
fn only_what_was_filled_in_is_sent() {
    assert_sent(&draft(), json!({"alias": "web"}));
    let full = KeyDraft {
        alias: "  Web, größer  ".into(),
        models: vec!["gpt-4o".into(), "a/b".into(), "gpt-4o".into(), String::new()],
        which: ModelChoice::Some,
        owner: " ada ".into(),
        max_budget: "12,5".into(),
        budget_period: "30d".into(),
        rpm: " 60 ".into(),
        tpm: "100000".into(),
        parallel: "4".into(),
        model_limits: vec![
            ModelLimit { model: "gpt-4o".into(), rpm: "5".into(), tpm: String::new() },
            ModelLimit { model: " a/b ".into(), rpm: "6".into(), tpm: "1,000".into() },
            ModelLimit::default(),
        ],
        expiry: Expiry::Days90,
        expiry_days: "not looked at".into(),
        expiry_date: "neither".into(),
        team: "t-1".into(),
        organization: "o-1".into(),
        access: Access::Details,
        tags: "prod\n eu \n\nprod".into(),
        metadata: "{\"project\": {\"name\": \"x\"}}".into(),
        ..KeyDraft::default()
    };
    let metadata = json!({
        "model_rpm_limit": {"gpt-4o": 5, "a/b": 6}, "model_tpm_limit": {"a/b": 1000}, "tags": ["prod", "eu"],
        "project": {"name": "x"},
    });
    let expected = json!({
        "alias": "Web, größer", "models": ["gpt-4o", "a/b"], "user": "ada", "team": "t-1", "organization": "o-1", "duration": "90d",
        "max_budget": 12.5, "budget_duration": "30d", "rpm_limit": 60, "tpm_limit": 100_000, "max_parallel_requests": 4,
        "access": "details", "metadata": metadata,
    });
    assert_eq!(validate(&full), Ok(expected));
}

#[test]
fn every_problem_is_told_at_once() {
    let wrong = KeyDraft {
        max_budget: "x".into(),
        rpm: "0".into(),
        tpm: "1.5".into(),
        which: ModelChoice::Some,
        ..KeyDraft::default()
    };
    let expected = BTreeMap::from([
        (Field::Alias, Problem::AliasMissing),
        (Field::Models, Problem::NoModels),
        (Field::MaxBudget, Problem::NotANumber),
        (Field::Rpm, Problem::RpmRange),
        (Field::Tpm, Problem::NotWhole),
    ]);
    assert_eq!(validate(&wrong), Err(expected));
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
        which: ModelChoice::Some,
        ..draft()
    };
    assert_refused(&models(0), Field::Models, Problem::NoModels);
    assert!(validate(&models(500)).is_ok());
    assert_refused(&models(501), Field::Models, Problem::TooManyModels);
    assert_sent(&KeyDraft { which: ModelChoice::All, ..models(501) }, json!({"alias": "web"}));
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
        let draft = KeyDraft { budget_period: period.value().into(), ..draft() };
        if period == BudgetPeriod::Total {
            assert_sent(&draft, json!({"alias": "web"}));
        } else {
            assert_refused(&draft, Field::MaxBudget, Problem::BudgetMissing);
        }
    }
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
fn a_day_is_sent_as_days_from_today() {
    let on = |day: &str| KeyDraft { expiry: Expiry::Date, expiry_date: day.into(), ..draft() };
    assert_sent(&on("2026-11-21"), json!({"alias": "web", "duration": "1d"}));
    assert_sent(&on("2027-01-01"), json!({"alias": "web", "duration": "42d"}));
    assert_refused(&on(""), Field::Expiry, Problem::DateMissing);
    assert_refused(&on("soon"), Field::Expiry, Problem::DateMissing);
    assert_refused(&on("2026-11-20"), Field::Expiry, Problem::DatePast);
    assert_refused(&on("2026-11-19"), Field::Expiry, Problem::DatePast);
    assert_refused(&on("2099-01-01"), Field::Expiry, Problem::DatePast);
}

#[test]
fn a_teams_models_need_a_team() {
    let of_team = |team: &str| KeyDraft { which: ModelChoice::Team, team: team.into(), ..draft() };
    assert_sent(&of_team("t"), json!({"alias": "web", "team": "t", "models": ["all-team-models"]}));
    assert_refused(&of_team(""), Field::Models, Problem::NoTeam);
}

#[test]
fn a_limit_has_a_model_and_a_model_a_limit() {
    let limits = |limits: &[(&str, &str, &str)]| {
        let limit = |(model, rpm, tpm): &(&str, &str, &str)| ModelLimit {
            model: (*model).into(),
            rpm: (*rpm).into(),
            tpm: (*tpm).into(),
        };
        KeyDraft { model_limits: limits.iter().map(limit).collect(), ..draft() }
    };
    for (rows, problem) in [
        (&[("", "5", "")][..], Problem::LimitWithoutModel),
        (&[("a", " ", "")], Problem::ModelWithoutLimit),
        (&[("a", "5", ""), ("a ", "", "6")], Problem::ModelTwice),
        (&[("a", "0", "")], Problem::RpmRange),
        (&[("a", "5", "1.5")], Problem::NotWhole),
    ] {
        assert_refused(&limits(rows), Field::ModelLimits, problem);
    }
    let many: Vec<String> = (0..=MODEL_LIMITS_MOST).map(|number| number.to_string()).collect();
    let many: Vec<(&str, &str, &str)> = many.iter().map(|model| (model.as_str(), "1", "")).collect();
    assert_refused(&limits(&many), Field::ModelLimits, Problem::TooManyModelLimits);
    assert!(validate(&limits(&many[1..])).is_ok());
}

#[test]
fn tags_are_counted() {
    let tags = |tags: String| KeyDraft { tags, ..draft() };
    assert_refused(&tags("x".repeat(TAG_MOST + 1)), Field::Tags, Problem::TagTooLong);
    let many = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join("\n");
    assert_refused(&tags(many(TAGS_MOST + 1)), Field::Tags, Problem::TooManyTags);
    assert!(validate(&tags(many(TAGS_MOST))).is_ok());
}

#[test]
fn what_few_keys_need_is_counted() {
    assert_eq!(draft().advanced(), 0);
    assert_eq!(KeyDraft { tags: " \n".into(), metadata: " ".into(), ..draft() }.advanced(), 0);
    let set = KeyDraft {
        tags: "a".into(),
        metadata: "{}".into(),
        access: Access::Details,
        model_limits: vec![ModelLimit::default()],
        ..draft()
    };
    assert_eq!(set.advanced(), 4);
}

#[test]
fn what_this_site_allows_at_most_is_told_before() {
    let site =
        KeyLimits { max_budget: Some(10.0), duration_days: Some(90.0), rpm_limit: Some(60.0), ..KeyLimits::default() };
    let expected = BTreeMap::from([
        (Field::MaxBudget, Problem::BudgetCeiling(10.0)),
        (Field::Expiry, Problem::DaysCeiling(90.0)),
        (Field::Rpm, Problem::Ceiling(60.0)),
    ]);
    assert_eq!(draft().validate(&rules(&site)), Err(expected));
    let within = KeyDraft { max_budget: "10".into(), expiry: Expiry::Days90, rpm: "60".into(), ..draft() };
    assert!(within.validate(&rules(&site)).is_ok());
    // A key that has more may be edited all the same; what is changed keeps to it.
    let more = KeyDraft { max_budget: "50".into(), ..draft() };
    let renamed = KeyDraft { alias: "new".into(), ..more.clone() };
    assert_eq!(renamed.changes(&more, &rules(&site)).map(|changes| changes.len()), Ok(1));
    let raised = KeyDraft { max_budget: "51".into(), ..more.clone() };
    let expected = BTreeMap::from([(Field::MaxBudget, Problem::BudgetCeiling(10.0))]);
    assert_eq!(raised.changes(&more, &rules(&site)), Err(expected));
}

#[test]
fn the_rules_are_those_of_the_contract() {
    let contract: Value = serde_json::from_str(include_str!("../../../../php-shim/contract.json")).unwrap_or_default();
    let (create, update) = (&contract["operations"]["keys.create"], &contract["operations"]["keys.update"]);
    // What the metadata hold is sent as a part of them.
    let in_metadata = |field| matches!(field, Field::ModelLimits | Field::Tags);
    for field in Field::OF_KEY.into_iter().filter(|field| !in_metadata(*field)) {
        let name = field.param();
        for (operation, row) in [("keys.create", create), ("keys.update", update)] {
            let only_there = match field {
                Field::Access | Field::Organization => "keys.create",
                Field::Raise => "keys.update",
                _ => operation,
            };
            let is_there = row["params"][name].is_object();
            assert_eq!(is_there, only_there == operation, "{name} of {operation}: edit php-shim/contract.json");
        }
    }
    for row in [create, update] {
        let params = &row["params"];
        let bounds = [
            (&params["alias"]["maxLength"], ALIAS_MOST as f64),
            (&params["models"]["maxItems"], MODELS_MOST as f64),
            (&params["max_budget"]["maximum"], BUDGET_MOST),
            (&params["rpm_limit"]["maximum"], RPM_MOST as f64),
            (&params["tpm_limit"]["maximum"], TPM_MOST as f64),
            (&params["max_parallel_requests"]["maximum"], PARALLEL_MOST as f64),
        ];
        for (bound, ours) in bounds {
            assert_eq!(bound.as_f64(), Some(ours), "edit frontend/model/src/key_form.rs or php-shim/contract.json");
        }
    }
    assert_eq!(update["params"]["temp_budget_increase"]["maximum"].as_f64(), Some(BUDGET_MOST));
}
