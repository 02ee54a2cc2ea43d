//! `graphs`: keeps, fills, analyses, draws and deletes named graphs.

use std::io::Write as _;
use std::path::Path;

use ragstone_api::graph::content::{CreateGraphRequest, InitialContent};
use ragstone_api::graph::schema::GraphSchema;
use ragstone_api::graph::{GraphEntry, GraphPage, RenameGraphRequest};
use ragstone_api::json;
use ragstone_core::{Error, ErrorKind, GraphName, Result};
use ragstone_graph::GraphFormat;
use ragstone_graph::analysis::{Analysis, GroupDetail, Selection};
use ragstone_graph::generation::Generate;
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use crate::cli::{
    AnalyzeGraphArgs, CreateGraphArgs, DrawGraphArgs, ExportGraphArgs, GraphsCommand, ImportGraphArgs, Place,
};
use crate::render;
use crate::session::Session;

/// Runs one of the words of `graphs`.
pub(crate) async fn run(place: &Place, words: GraphsCommand) -> Result<()> {
    let session = Session::open(place, "graphs", &[]).await?;
    let outcome = act(&session, words).await;
    session.finish(outcome).await
}

async fn act(session: &Session, words: GraphsCommand) -> Result<()> {
    match words {
        GraphsCommand::List(output) => {
            let open = |page: GraphPage| (page.graphs, page.next_cursor);
            let graphs: Vec<GraphEntry> = session.client.list("/graphs", open).await?;
            if output.json { render::json(&graphs) } else { render::graphs(&graphs) }
        }
        GraphsCommand::Algorithms(output) => algorithms(output.json),
        GraphsCommand::Create(args) => create(session, args).await,
        GraphsCommand::Import(args) => import(session, args).await,
        GraphsCommand::Export(args) => export(session, args).await,
        GraphsCommand::Show { name, output } => {
            let schema: GraphSchema = session.client.get(&format!("/graphs/{name}/schema")).await?;
            if output.json { render::json(&schema) } else { render::graph_schema(&schema) }
        }
        GraphsCommand::Analyze(args) => analyze(session, args).await,
        GraphsCommand::Draw(args) => draw(session, args).await,
        GraphsCommand::Rename { name, to } => {
            let request = RenameGraphRequest { name: to };
            let entry: GraphEntry = session.client.post(&format!("/graphs/{name}/rename"), &request).await?;
            render::done(&format!("renamed {name} to {}", entry.name));
            Ok(())
        }
        GraphsCommand::Delete { name, yes } => {
            render::confirm(&format!("delete the graph {name} with all that it holds"), yes)?;
            let () = session.client.delete(&format!("/graphs/{name}")).await?;
            render::done(&format!("deleted {name}"));
            Ok(())
        }
    }
}

fn algorithms(is_json: bool) -> Result<()> {
    let (algorithms, generators) = (Analysis::catalogue(), Generate::catalogue());
    if is_json {
        return render::json(&json!({ "algorithms": algorithms, "generators": generators }));
    }
    render::graph_algorithms(algorithms, generators)
}

async fn create(session: &Session, args: CreateGraphArgs) -> Result<()> {
    let content = match args.generate {
        None => None,
        Some(text) => {
            let generator = Generate::from_json(read_json("generate", &text)?)
                .map_err(|error| Error::invalid("generate", error.to_string()))?;
            Some(InitialContent::Generator { generator })
        }
    };
    let is_empty = content.is_none();
    let request = CreateGraphRequest {
        name: args.name,
        description: args.description,
        directed: is_empty.then_some(args.directed),
        multigraph: is_empty.then_some(args.multigraph),
        content,
    };
    let entry: GraphEntry = session.client.post("/graphs", &request).await?;
    told(&entry, "created", args.output.json)
}

fn told(entry: &GraphEntry, what: &str, is_json: bool) -> Result<()> {
    if is_json {
        return render::json(entry);
    }
    render::done(&format!("{what} {}: {} nodes, {} edges", entry.name, entry.nodes, entry.edges));
    Ok(())
}

async fn import(session: &Session, args: ImportGraphArgs) -> Result<()> {
    let format = format_of(args.format.as_deref(), Some(&args.file))?;
    let name = match args.name {
        Some(name) => name,
        None => name_of(&args.file)?,
    };
    let file = tokio::fs::read(&args.file).await.map_err(|source| {
        Error::new(ErrorKind::NotFound, "cannot read the file")
            .with_context("file", args.file.display())
            .with_source(source)
    })?;
    let mut query = Serializer::new(String::new());
    query.append_pair("format", format.name()).append_pair("description", &args.description);
    for (flag, is_set) in [("directed", args.directed), ("text_keys", args.text_keys)] {
        if is_set {
            query.append_pair(flag, "true");
        }
    }
    let path = format!("/graphs/{name}/file?{}", query.finish());
    let entry: GraphEntry = session.client.put_bytes(&path, file).await?;
    told(&entry, "imported", args.output.json)
}

async fn export(session: &Session, args: ExportGraphArgs) -> Result<()> {
    let format = format_of(args.format.as_deref(), args.output.as_deref())?;
    let path = format!("/graphs/{}/file?format={}&stringify={}", args.name, format.name(), args.stringify);
    let file = session.client.get_bytes(&path).await?;
    match &args.output {
        Some(output) => write_file(output, &file).await,
        None => std::io::stdout().write_all(&file).map_err(|source| {
            Error::new(ErrorKind::Unavailable, "cannot write to standard output").with_source(source)
        }),
    }
}

async fn analyze(session: &Session, args: AnalyzeGraphArgs) -> Result<()> {
    let Value::Object(mut request) = read_json("parameters", &args.parameters)? else {
        return Err(Error::invalid("parameters", "must be a JSON object"));
    };
    request.insert("algorithm".to_owned(), args.algorithm.into());
    let selection = Selection {
        limit: Some(args.limit),
        groups: if args.members { GroupDetail::Members } else { GroupDetail::Sizes },
        ..Selection::default()
    };
    let mut body = json!({ "analysis": request, "selection": selection });
    let path = match args.write_to {
        None => format!("/graphs/{}/analyses", args.name),
        Some(attribute) => {
            body["attribute"] = attribute.into();
            format!("/graphs/{}/annotate", args.name)
        }
    };
    let answer: Map<String, Value> = session.client.post(&path, &body).await?;
    if args.output.json { render::json(&answer) } else { render::analysis(&answer) }
}

async fn draw(session: &Session, args: DrawGraphArgs) -> Result<()> {
    let Value::Object(mut picture) = read_json("picture", &args.picture)? else {
        return Err(Error::invalid("picture", "must be a JSON object"));
    };
    let extension = args.output.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = match extension {
        "svg" | "png" => extension,
        _ => {
            return Err(Error::invalid(
                "output",
                "must end in .svg or .png, which is the format that is drawn",
            ));
        }
    };
    picture.insert("format".to_owned(), format.into());
    let drawn = session.client.post_bytes(&format!("/graphs/{}/picture", args.name), &picture).await?;
    write_file(&args.output, &drawn).await
}

async fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    tokio::fs::write(path, bytes).await.map_err(|source| {
        Error::new(ErrorKind::Unavailable, "cannot write the file")
            .with_context("file", path.display())
            .with_source(source)
    })?;
    render::done(&format!("wrote {} bytes to {}", bytes.len(), path.display()));
    Ok(())
}

/// The format that is named, or that the extension of a file tells.
fn format_of(name: Option<&str>, file: Option<&Path>) -> Result<GraphFormat> {
    if let Some(name) = name {
        return ragstone_engine::graphs::graph_format(name);
    }
    let file = file.and_then(Path::file_name).and_then(|name| name.to_str());
    file.and_then(GraphFormat::from_file_name).ok_or_else(|| {
        let known: Vec<&str> = GraphFormat::ALL.into_iter().map(GraphFormat::name).collect();
        Error::invalid("format", format!("is told by no extension: name one of {}", known.join(", ")))
    })
}

/// The name of a graph after that of a file.
fn name_of(file: &Path) -> Result<GraphName> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_ascii_lowercase();
    GraphName::try_new(stem.replace([' ', '.'], "-"))
        .map_err(|error| error.with_help("the name of the file is no name of a graph: give one with --name"))
}

fn read_json(field: &'static str, text: &str) -> Result<Value> {
    json::decode(text.as_bytes())
        .map_err(|error| Error::invalid(field, format!("is not JSON: {}", error.public_message())))
}
