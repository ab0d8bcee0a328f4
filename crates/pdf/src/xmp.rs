//! What the document says about itself, twice: in XMP for archives, and in the older dictionary
//! that many readers show. ISO 19005-2, 6.6.2 and 6.1.5 want the two to agree.

use jiff::tz::TimeZone;
use lopdf::Dictionary;

use crate::about::About;
use crate::object;

/// The XMP packet. `PDF/A` part 2, conformance A.
pub(crate) fn packet(about: &About) -> String {
    let moment = about.created.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let [title, author, subject, producer] =
        [&about.title, &about.author, &about.subject, &about.producer].map(|text| escape(text));
    let mut dublin = format!(
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>\n\
         <dc:format>application/pdf</dc:format>\n",
        about.language.tag()
    );
    if !author.is_empty() {
        dublin.push_str(&format!(
            "<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\n"
        ));
    }
    if !subject.is_empty() {
        dublin.push_str(&format!(
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{subject}</rdf:li></rdf:Alt>\
             </dc:description>\n"
        ));
    }
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n\
         {dublin}\
         <xmp:CreateDate>{moment}</xmp:CreateDate>\n\
         <xmp:ModifyDate>{moment}</xmp:ModifyDate>\n\
         <xmp:CreatorTool>{producer}</xmp:CreatorTool>\n\
         <pdf:Producer>{producer}</pdf:Producer>\n\
         <pdfaid:part>2</pdfaid:part>\n\
         <pdfaid:conformance>A</pdfaid:conformance>\n\
         </rdf:Description>\n\
         </rdf:RDF>\n\
         </x:xmpmeta>\n\
         <?xpacket end=\"r\"?>"
    )
}

/// The document information dictionary.
pub(crate) fn info(about: &About) -> Dictionary {
    let moment = about.created.to_zoned(TimeZone::UTC).strftime("D:%Y%m%d%H%M%SZ").to_string();
    let mut info = Dictionary::new();
    info.set("Title", object::text(&about.title));
    if !about.author.is_empty() {
        info.set("Author", object::text(&about.author));
    }
    if !about.subject.is_empty() {
        info.set("Subject", object::text(&about.subject));
    }
    info.set("Creator", object::text(&about.producer));
    info.set("Producer", object::text(&about.producer));
    info.set("CreationDate", object::text(&moment));
    info.set("ModDate", object::text(&moment));
    info
}

/// Text as the content of an XML element. Characters that XML has no room for go.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other if other < ' ' || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
            other => escaped.push(other),
        }
    }
    escaped
}
