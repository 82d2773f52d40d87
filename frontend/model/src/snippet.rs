//! Ready examples of a call with a new key, for pasting.
//!
//! They need nothing but the language itself. Whatever a model's name, key or address contains, it stays a value.

use serde_json::Value;

/// What the example is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Curl,
    Python,
    JavaScript,
    Php,
}

impl Language {
    pub const ALL: [Language; 4] = [Language::Curl, Language::Python, Language::JavaScript, Language::Php];

    /// A proper name, not to be translated.
    pub fn label(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Python => "Python",
            Language::JavaScript => "JavaScript",
            Language::Php => "PHP",
        }
    }
}

/// A call of `model` through the gateway at `base_url` with `key`.
/// `mode` is LiteLLM's mode of the model: `embedding` asks for an embedding, everything else for an answer in a chat.
pub fn example(language: Language, base_url: &str, key: &str, model: &str, mode: &str) -> String {
    let embedding = mode == "embedding";
    let base = base_url.trim().trim_end_matches('/');
    let base = base.strip_suffix("/v1").unwrap_or(base);
    let call = Call {
        url: [base, if embedding { "/v1/embeddings" } else { "/v1/chat/completions" }].concat(),
        authorization: ["Bearer ", key].concat(),
        model,
        embedding,
    };
    match language {
        Language::Curl => curl(&call),
        Language::Python => python(&call),
        Language::JavaScript => javascript(&call),
        Language::Php => php(&call),
    }
}

struct Call<'a> {
    url: String,
    authorization: String,
    model: &'a str,
    embedding: bool,
}

/// The only words of the example that are sent to the model.
const PROMPT: &str = "Say hello in one short sentence.";

fn curl(call: &Call) -> String {
    let body = if call.embedding {
        ["{\n    \"model\": ", &json(call.model), ",\n    \"input\": ", &json(PROMPT), "\n  }"].concat()
    } else {
        let messages = ["[{\"role\": \"user\", \"content\": ", &json(PROMPT), "}]"].concat();
        ["{\n    \"model\": ", &json(call.model), ",\n    \"messages\": ", &messages, "\n  }"].concat()
    };
    [
        "curl ",
        &shell(&call.url),
        " \\\n  --header ",
        &shell(&["Authorization: ", call.authorization.as_str()].concat()),
        " \\\n  --header 'Content-Type: application/json' \\\n  --data ",
        &shell(&body),
        "\n",
    ]
    .concat()
}

fn python(call: &Call) -> String {
    let (field, shown) = if call.embedding {
        (["\"input\": ", &json(PROMPT)].concat(), "answer[\"data\"][0][\"embedding\"][:5]")
    } else {
        (
            ["\"messages\": [{\"role\": \"user\", \"content\": ", &json(PROMPT), "}]"].concat(),
            "answer[\"choices\"][0][\"message\"][\"content\"]",
        )
    };
    [
        "import json\nimport urllib.request\n\nrequest = urllib.request.Request(\n    ",
        &json(&call.url),
        ",\n    headers={\n        \"Authorization\": ",
        &json(&call.authorization),
        ",\n        \"Content-Type\": \"application/json\",\n    },\n    data=json.dumps({\n        \"model\": ",
        &json(call.model),
        ",\n        ",
        &field,
        ",\n    }).encode(),\n)\nanswer = json.load(urllib.request.urlopen(request))\nprint(",
        shown,
        ")\n",
    ]
    .concat()
}

fn javascript(call: &Call) -> String {
    let (field, shown) = if call.embedding {
        (["input: ", &json(PROMPT)].concat(), "answer.data[0].embedding.slice(0, 5)")
    } else {
        (["messages: [{ role: \"user\", content: ", &json(PROMPT), " }]"].concat(), "answer.choices[0].message.content")
    };
    [
        "// For Node 18 or newer. Not for web pages: everyone could read the key there.\nasync function main() {\n  const response = await fetch(",
        &json(&call.url),
        ", {\n    method: \"POST\",\n    headers: {\n      \"Authorization\": ",
        &json(&call.authorization),
        ",\n      \"Content-Type\": \"application/json\",\n    },\n    body: JSON.stringify({\n      model: ",
        &json(call.model),
        ",\n      ",
        &field,
        ",\n    }),\n  });\n  const answer = await response.json();\n  console.log(response.ok ? ",
        shown,
        " : answer);\n}\n\nmain();\n",
    ]
    .concat()
}

fn php(call: &Call) -> String {
    let (field, shown) = if call.embedding {
        (["'input' => ", &php_text(PROMPT)].concat(), "array_slice($answer['data'][0]['embedding'], 0, 5)")
    } else {
        (
            ["'messages' => [['role' => 'user', 'content' => ", &php_text(PROMPT), "]]"].concat(),
            "$answer['choices'][0]['message']['content']",
        )
    };
    [
        "<?php\n$context = stream_context_create(['http' => [\n    'method' => 'POST',\n    'header' => [\n        ",
        &php_text(&["Authorization: ", call.authorization.as_str()].concat()),
        ",\n        'Content-Type: application/json',\n    ],\n    'content' => json_encode([\n        'model' => ",
        &php_text(call.model),
        ",\n        ",
        &field,
        ",\n    ]),\n    'ignore_errors' => true,\n]]);\n$answer = json_decode(file_get_contents(",
        &php_text(&call.url),
        ", false, $context), true);\nprint_r(isset($answer['error']) ? $answer : ",
        shown,
        ");\n",
    ]
    .concat()
}

/// A JSON text, which is a text of Python and JavaScript too.
fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// A word of a POSIX shell: nothing has a meaning between single quotes but the quote itself.
fn shell(text: &str) -> String {
    ["'", &text.replace('\'', "'\\''"), "'"].concat()
}

/// A text of PHP in single quotes, where `$` means nothing.
fn php_text(text: &str) -> String {
    ["'", &text.replace('\\', "\\\\").replace('\'', "\\'"), "'"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: &str = "a\"b'c\\d$e`f/客\n";

    fn assert_quoted(quoted: String, expected: &str) {
        assert_eq!(quoted, expected);
    }

    #[test]
    fn values_stay_values() {
        assert_quoted(json(ODD), r#""a\"b'c\\d$e`f/客\n""#);
        assert_quoted(shell(ODD), "'a\"b'\\''c\\d$e`f/客\n'");
        assert_quoted(php_text(ODD), "'a\"b\\'c\\\\d$e`f/客\n'");
        assert_quoted(php_text("\\'"), r"'\\\''");
    }

    fn assert_address(base: &str, mode: &str, expected: &str) {
        for language in Language::ALL {
            let text = example(language, base, "sk-1", "m", mode);
            let found =
                text.split(['"', '\'']).find(|part| part.starts_with("http://") || part.starts_with("https://"));
            assert_eq!(found, Some(expected), "{text}");
        }
    }

    #[test]
    fn the_address_is_that_of_the_operation() {
        assert_address("http://127.0.0.1:24157", "chat", "http://127.0.0.1:24157/v1/chat/completions");
        assert_address("https://llm.example.com/", "", "https://llm.example.com/v1/chat/completions");
        assert_address(" https://llm.example.com/v1/ ", "chat", "https://llm.example.com/v1/chat/completions");
        assert_address("https://example.com/llm", "embedding", "https://example.com/llm/v1/embeddings");
    }

    #[test]
    fn every_example_names_key_and_model() {
        for language in Language::ALL {
            for mode in ["chat", "embedding"] {
                let text = example(language, "https://llm.example.com", "sk-secret", "gpt-4o", mode);
                assert!(text.contains("Bearer sk-secret") && text.contains("gpt-4o"), "{text}");
                assert!(text.ends_with('\n') && !text.contains('\t'), "{text}");
            }
        }
    }
}
