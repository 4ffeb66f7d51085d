// Slices one after the other, and paths of every kind.
use std::path::{Path, PathBuf};
use unsafe_workbook::ex7_image::{Image, ImageError};

fn paths(path: &Path) -> [Result<Image, ImageError>; 3] {
    let owned: PathBuf = path.to_owned();
    [Image::load(path), Image::load(owned), Image::load("no such file")]
}

fn main() {
    let Ok(mut image) = Image::new(2, 2, 3) else { panic!("no image") };
    let first: &[u8] = image.pixels();
    let second: &[u8] = image.pixels();
    assert_eq!(first, second);
    image.pixels_mut()[0] = 1;
    let kept = image.pixels().to_vec();
    assert!(image.blur(1).is_ok());
    assert!(image.grayscale().is_ok());
    assert_eq!(kept[0], 1);
    assert!(matches!(image.crop(1, 1, 9, 9), Err(ImageError::OutOfBounds)));
    assert!(paths(Path::new("no/such/file")).iter().all(|result| result.is_err()));
    let calls = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = std::rc::Rc::clone(&calls);
    image.apply_filter(move |_, _, _| counted.set(counted.get() + 1));
    assert_eq!(calls.get(), 4);
    image.invert();
    let mut copies = Vec::new();
    image.apply_filter(|_, _, pixel: &mut [u8]| copies.push(pixel.to_vec()));
    assert_eq!(copies.len(), 4);
    let image = std::thread::spawn(move || image).join().unwrap();
    assert_eq!(image.pixels().len(), 4);
}
