/** The house's one rule, and what follows from it. See ARCHITECTURE.md. */
module.exports = {
  forbidden: [
    {
      name: "a-room-imports-itself-and-model",
      comment:
        "A room imports itself and model/, nothing else. Be handed a function whose type is in model/.",
      severity: "error",
      from: { path: "^src/([^/]+)/", pathNot: "^src/cli/" },
      to: { path: "^src/", pathNot: ["^src/$1/", "^src/model/"] },
    },
    {
      name: "model-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^src/model/" },
      to: { path: "^src/", pathNot: "^src/model/" },
    },
    {
      name: "no-circles",
      comment: "Types may refer to each other; code may not.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-development-package-in-the-product",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
