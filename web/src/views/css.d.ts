/** Style sheets that the bundler gathers: `import "./x.css"` has no value. */
declare module "*.css";
