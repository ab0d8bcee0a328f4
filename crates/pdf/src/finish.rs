//! From pages to a file: page numbers, fonts, and what PDF/A-2a asks for.

use lopdf::{Dictionary, Document as Lopdf, Object, ObjectId, Stream};
use printpdf::{Op, PdfDocument};

use crate::about::About;
use crate::error::{PdfError, Place};
use crate::faces::Faces;
use crate::file::{File, QUICK, THOROUGH, compressed};
use crate::flow::Flow;
use crate::outline;
use crate::press::{content, to_lopdf};
use crate::sheet::{Sheet, page};
use crate::style::{FURNITURE, Frame, HAIRLINE, Ink, Type};
use crate::words::{Line, measure};
use crate::xmp;

const PROFILE: &[u8] = include_bytes!("../../../assets/icc/sRGB.icc");

/// Elements of a document that counts as long.
const LONG: u32 = 20_000;

/// The texts around the pages, measured before the first page is written.
pub(crate) struct Furniture {
    title: Line,
    footer: Line,
}

impl Furniture {
    /// Measures the running title and the text at the foot. What is too long ends in dots.
    pub(crate) fn new(about: &About, frame: &Frame, faces: &mut Faces) -> Result<Self, PdfError> {
        let room = frame.measure() - 60.0;
        let title = one_line(faces, &about.title, &|| Place::Title, room)?;
        let footer = one_line(faces, &about.footer, &|| Place::Footer, room)?;
        Ok(Self { title, footer })
    }
}

fn one_line(
    faces: &mut Faces,
    text: &str,
    place: &dyn Fn() -> Place,
    room: f32,
) -> Result<Line, PdfError> {
    let face = faces.get(FURNITURE.weight);
    face.advance('…');
    let mut lines = measure(face, text, place)?.lines(face, FURNITURE.size, room);
    let several = lines.len() > 1;
    let mut line = if lines.is_empty() { Line::empty() } else { lines.swap_remove(0) };
    if several {
        line.text.push('…');
    }
    Ok(line)
}

/// Makes the file of everything that was laid out.
pub(crate) fn finish(
    flow: Flow,
    about: &About,
    furniture: &Furniture,
) -> Result<Vec<u8>, PdfError> {
    let Flow { frame, mut faces, tree, outline: entries, press, .. } = flow;
    let streams = press.finish(&faces)?;
    let skeleton = skeleton(&frame, &mut faces, furniture, streams.len())?;
    let mut document = to_lopdf(&skeleton)?;
    let pages = fill_pages(&mut document, &frame, streams)?;
    let outlines = outline::write(&mut document, &entries, &pages);
    let structure = document.max_id + 10;
    let root = catalog(&mut document, about, outlines, structure)?;
    let info = document.add_object(xmp::info(about));
    document.trailer = Dictionary::new();
    document.trailer.set("Root", root);
    document.trailer.set("Info", info);
    document.prune_objects();
    let numbers: Vec<u32> = pages.iter().map(|(id, _)| *id).collect();
    let size = tree.size(numbers.len());
    let mut file = File::new(structure + size, if size < LONG { THOROUGH } else { QUICK });
    for ((id, _), object) in &mut document.objects {
        if let Object::Stream(stream) = object {
            compress(stream);
        }
        file.object(*id, object);
    }
    tree.write(&mut file, structure, &numbers);
    Ok(file.finish(root.0, info.0))
}

/// A document of printpdf with what stands around the pages, and after them a page with every
/// glyph of the document, from which printpdf knows which widths and characters to describe.
fn skeleton(
    frame: &Frame,
    faces: &mut Faces,
    furniture: &Furniture,
    pages: usize,
) -> Result<PdfDocument, PdfError> {
    let mut document = PdfDocument::default();
    for number in 1..=pages {
        let ops = around(frame, faces, furniture, number, pages)?;
        document.pages.push(page(frame, ops));
    }
    let mut specimen = Sheet::new(frame);
    for (weight, glyphs) in faces.specimens() {
        specimen.set(0.0, 0.0, &Type { weight, ..FURNITURE }, glyphs.to_owned());
    }
    document.pages.push(page(frame, specimen.into_ops()));
    document.resources.fonts.map = faces.fonts(true)?;
    Ok(document)
}

/// The running title (not on the first page), the footer and the page number.
fn around(
    frame: &Frame,
    faces: &mut Faces,
    furniture: &Furniture,
    number: usize,
    pages: usize,
) -> Result<Vec<Op>, PdfError> {
    let mut sheet = Sheet::new(frame);
    let half = FURNITURE.leading / 2.0;
    sheet.begin_artifact();
    if number > 1 {
        sheet.set(frame.left, frame.header - half, &FURNITURE, furniture.title.text.clone());
    }
    sheet.set(frame.left, frame.footer - half, &FURNITURE, furniture.footer.text.clone());
    let number = format!("{number} / {pages}");
    let face = faces.get(FURNITURE.weight);
    let width = measure(face, &number, &|| Place::Footer)?.width(face, FURNITURE.size);
    sheet.set(frame.right - width, frame.footer - half, &FURNITURE, number);
    sheet.end();
    sheet.rule(frame.left, frame.right, frame.footer - 12.0, HAIRLINE, Ink::Hairline);
    Ok(sheet.into_ops())
}

/// Puts the streams on the pages of the skeleton and takes the last page away.
fn fill_pages(
    document: &mut Lopdf,
    frame: &Frame,
    streams: Vec<Vec<u8>>,
) -> Result<Vec<ObjectId>, PdfError> {
    let mut pages: Vec<ObjectId> = document.page_iter().collect();
    pages.truncate(streams.len());
    let resources = resources(document, pages.first())?;
    for ((number, id), stream) in (0_i64..).zip(&pages).zip(streams) {
        let around = content(document, *id)?;
        let around = document.add_object(compressed(Dictionary::new(), &around, QUICK));
        let mut filled = Dictionary::new();
        filled.set("Filter", Object::Name(b"FlateDecode".to_vec()));
        let filled = document.add_object(Stream::new(filled, stream));
        let page = document.get_dictionary_mut(*id).map_err(damaged)?;
        for key in ["TrimBox", "CropBox", "Annots"] {
            page.remove(key.as_bytes());
        }
        page.set("MediaBox", vec![0.into(), 0.into(), frame.width.into(), frame.height.into()]);
        page.set("Resources", resources);
        page.set("Contents", vec![filled.into(), around.into()]);
        page.set("StructParents", number);
        page.set("Tabs", Object::Name(b"S".to_vec()));
    }
    let list = document
        .catalog()
        .and_then(|catalog| catalog.get(b"Pages"))
        .and_then(Object::as_reference)
        .map_err(damaged)?;
    let list = document.get_dictionary_mut(list).map_err(damaged)?;
    list.set("Kids", pages.iter().copied().map(Object::Reference).collect::<Vec<_>>());
    list.set("Count", i64::try_from(pages.len()).unwrap_or_default());
    Ok(pages)
}

/// One resource dictionary for all pages, with nothing but the fonts.
fn resources(document: &mut Lopdf, page: Option<&ObjectId>) -> Result<ObjectId, PdfError> {
    let page = page.copied().ok_or_else(|| PdfError::Page("there is none".to_owned()))?;
    let fonts = document
        .get_dictionary(page)
        .and_then(|page| page.get(b"Resources"))
        .and_then(Object::as_reference)
        .and_then(|resources| document.get_dictionary(resources))
        .and_then(|resources| resources.get(b"Font"))
        .map_err(damaged)?
        .clone();
    let mut resources = Dictionary::new();
    resources.set("Font", fonts);
    Ok(document.add_object(resources))
}

/// The root of the document.
fn catalog(
    document: &mut Lopdf,
    about: &About,
    outlines: Option<ObjectId>,
    structure: u32,
) -> Result<ObjectId, PdfError> {
    let intent = output_intent(document);
    let mut metadata = Dictionary::new();
    metadata.set("Type", Object::Name(b"Metadata".to_vec()));
    metadata.set("Subtype", Object::Name(b"XML".to_vec()));
    // Not compressed, so that tools which know nothing of PDF find it.
    let metadata = document.add_object(Stream::new(metadata, xmp::packet(about).into_bytes()));
    let pages = document.catalog().and_then(|catalog| catalog.get(b"Pages")).map_err(damaged)?;
    let mut catalog = Dictionary::new();
    catalog.set("Type", Object::Name(b"Catalog".to_vec()));
    catalog.set("Pages", pages.clone());
    catalog.set("Lang", crate::object::text(about.language.tag()));
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent.into()]);
    catalog.set("StructTreeRoot", (structure, 0));
    let mut marked = Dictionary::new();
    marked.set("Marked", true);
    catalog.set("MarkInfo", marked);
    let mut viewer = Dictionary::new();
    viewer.set("DisplayDocTitle", true);
    catalog.set("ViewerPreferences", viewer);
    if let Some(outlines) = outlines {
        catalog.set("Outlines", outlines);
        catalog.set("PageMode", Object::Name(b"UseOutlines".to_vec()));
    }
    Ok(document.add_object(catalog))
}

/// Says that colours are meant as sRGB.
fn output_intent(document: &mut Lopdf) -> ObjectId {
    let mut profile = Dictionary::new();
    profile.set("N", 3);
    let profile = document.add_object(compressed(profile, PROFILE, 9));
    let mut intent = Dictionary::new();
    intent.set("Type", Object::Name(b"OutputIntent".to_vec()));
    intent.set("S", Object::Name(b"GTS_PDFA1".to_vec()));
    intent.set("OutputConditionIdentifier", crate::object::text("sRGB"));
    intent.set("Info", crate::object::text("sRGB IEC61966-2.1"));
    intent.set("DestOutputProfile", profile);
    document.add_object(intent)
}

/// Compresses what printpdf left as it was: font programs and their tables of characters.
fn compress(stream: &mut Stream) {
    if !stream.dict.has(b"Filter") && !stream.dict.has(b"Subtype") {
        let dictionary = std::mem::take(&mut stream.dict);
        *stream = compressed(dictionary, &stream.content, 9);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn damaged(error: lopdf::Error) -> PdfError {
    PdfError::Page(error.to_string())
}
