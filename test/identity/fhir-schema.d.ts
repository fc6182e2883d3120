declare module '@asymmetrik/fhir-json-schema-validator' {
  class JSONSchemaValidator {
    /** What is wrong with a resource; an empty list when nothing is. */
    validate(resource: unknown, verbose?: boolean): readonly unknown[];
  }
  export = JSONSchemaValidator;
}
