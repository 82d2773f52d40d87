"""Reads {"versions": […], "manifests": […], "documents": [{"schema": …, "value": …}]}, writes what is wrong with each.

A manifest is checked against the schemas of each version of Kubernetes, strictly: a field that does not exist is an error.
Kinds that Kubernetes does not have itself are checked as documents, by their own schemas.
"""

import json
import sys

import jsonschema
import kubernetes_validate


def place(error):
    return ".".join(str(step) for step in error.absolute_path) or "(top)"


def manifest(value, versions):
    faults = []
    for version in versions:
        try:
            used = kubernetes_validate.validate(value, version, strict=True)
            if used != version:
                faults.append(f"Kubernetes {version}: there is no schema of this version, only {used}")
        except kubernetes_validate.SchemaNotFoundError:
            faults.append(f"Kubernetes {version} has no {value.get('apiVersion')} {value.get('kind')}")
        except kubernetes_validate.ValidationError as error:
            faults.append(f"Kubernetes {version}: {place(error)}: {error.message[:300]}")
    return faults


def document(schema, value):
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = jsonschema.Draft202012Validator(schema).iter_errors(value)
    return sorted(f"{place(error)}: {error.message[:300]}" for error in errors)


asked = json.load(sys.stdin)
json.dump(
    {
        "manifests": [manifest(value, asked["versions"]) for value in asked.get("manifests", [])],
        "documents": [document(one["schema"], one["value"]) for one in asked.get("documents", [])],
    },
    sys.stdout,
)
