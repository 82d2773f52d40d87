//! The endpoint that LiteLLM counts a call under, by its kind: `ROUTE_ENDPOINT_MAPPING` of 1.106.2. The log has the kind only.

/// Each endpoint, and the kinds of calls to it.
const ENDPOINTS: [(&str, &str); 49] = [
    ("/chat/completions", "acompletion"),
    ("/completions", "atext_completion"),
    ("/embeddings", "aembedding"),
    ("/image/generations", "aimage_generation"),
    ("/audio/speech", "aspeech"),
    ("/audio/transcriptions", "atranscription"),
    ("/moderations", "amoderation"),
    ("/rerank", "arerank"),
    ("/responses", "aresponses _aresponses_websocket"),
    ("/responses/{response_id}/input_items", "alist_input_items"),
    ("/responses/{response_id}/cancel", "acancel_responses"),
    ("/responses/compact", "acompact_responses"),
    ("/images/edits", "aimage_edit"),
    ("/ocr", "aocr"),
    ("/search", "asearch"),
    ("/decisions", "adecisions"),
    ("/systemone", "asystemone"),
    ("/videos", "avideo_generation avideo_list"),
    ("/videos/{video_id}", "avideo_status"),
    ("/videos/{video_id}/content", "avideo_content"),
    ("/videos/{video_id}/remix", "avideo_remix"),
    ("/videos/characters", "avideo_create_character"),
    ("/videos/characters/{character_id}", "avideo_get_character"),
    ("/videos/edits", "avideo_edit"),
    ("/videos/extensions", "avideo_extension"),
    ("/realtime/client_secrets", "acreate_realtime_client_secret"),
    ("/realtime/calls", "arealtime_calls"),
    ("/realtime/transcription_sessions", "acreate_realtime_transcription_session"),
    ("/containers", "acreate_container alist_containers"),
    ("/containers/{container_id}", "aretrieve_container adelete_container"),
    ("/containers/{container_id}/files", "aupload_container_file alist_container_files"),
    ("/containers/{container_id}/files/{file_id}", "aretrieve_container_file adelete_container_file"),
    ("/containers/{container_id}/files/{file_id}/content", "aretrieve_container_file_content"),
    ("/skills", "acreate_skill alist_skills"),
    ("/skills/{skill_id}", "aget_skill adelete_skill"),
    ("/rag/ingest", "aingest"),
    ("/interactions", "acreate_interaction"),
    ("/interactions/{interaction_id}", "aget_interaction adelete_interaction"),
    ("/interactions/{interaction_id}/cancel", "acancel_interaction"),
    ("/v1beta/agents", "acreate_agent alist_agents"),
    ("/v1beta/agents/{name}", "aget_agent adelete_agent"),
    ("/v1beta/agents/{name}/versions", "alist_agent_versions"),
    ("/evals", "acreate_eval alist_evals"),
    ("/evals/{eval_id}", "aget_eval aupdate_eval adelete_eval"),
    ("/evals/{eval_id}/cancel", "acancel_eval"),
    ("/evals/{eval_id}/runs", "acreate_run alist_runs"),
    ("/evals/{eval_id}/runs/{run_id}", "aget_run adelete_run"),
    ("/evals/{eval_id}/runs/{run_id}/cancel", "acancel_run"),
    ("/batches", "acreate_batch aretrieve_batch"),
];

/// Empty where LiteLLM names none, as for calls that it passes through.
pub fn endpoint(call_type: &str) -> &'static str {
    let is_here = |(_, kinds): &&(&str, &str)| kinds.split(' ').any(|kind| kind == call_type);
    ENDPOINTS.iter().find(is_here).map_or("", |(endpoint, _)| endpoint)
}

/// Whether the log tells which calls an endpoint had.
pub fn is_known(endpoint: &str) -> bool {
    ENDPOINTS.iter().any(|(known, _)| *known == endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_endpoint() {
        for (call_type, expected) in [
            ("acompletion", "/chat/completions"),
            ("_aresponses_websocket", "/responses"),
            ("aget_eval", "/evals/{eval_id}"),
            ("pass_through_endpoint", ""),
            ("completion", ""),
            ("", ""),
        ] {
            assert_eq!(endpoint(call_type), expected, "{call_type}");
            assert_eq!(is_known(expected), !expected.is_empty());
        }
        let mut kinds: Vec<&str> = ENDPOINTS.iter().flat_map(|(_, kinds)| kinds.split(' ')).collect();
        let all = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), all);
    }
}
