//! The sums of LiteLLM's days, by whatever it adds them up.

use model::{endpoint::Endpoint, usage::shelf::Source};
use serde_json::{Value, json};

use super::{Api, Read};

/// One UTC day, `YYYY-MM-DD`; of what is paged, one page of it. `anew`: for someone who asks by hand.
pub fn day(api: &Api, source: Source, date: &str, page: u32, anew: bool) -> Read<Value> {
    let endpoint = match source {
        Source::Models => Endpoint::ActivityDay,
        Source::Calls => Endpoint::UsageCalls,
        Source::Keys => Endpoint::UsageKeys,
        Source::Owners => Endpoint::UsageOwners,
        Source::Teams => Endpoint::UsageTeams,
        Source::Organizations => Endpoint::UsageOrganizations,
        Source::Tags => Endpoint::UsageTags,
        Source::EndUsers => Endpoint::UsageEndUsers,
    };
    let mut params = json!({ "day": date });
    if source.is_paged() {
        params["page"] = page.into();
    }
    api.read_anew(endpoint, params, anew)
}
