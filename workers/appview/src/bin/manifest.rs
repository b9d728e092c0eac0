//! Prints what this bundle says of itself; `at-run build` runs it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", serde_json::to_string_pretty(&streamhut_appview::bundle().manifest()?)?);
    Ok(())
}
